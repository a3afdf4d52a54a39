import { readFileSync } from "node:fs";
import { systemClock } from "../kernel/index.ts";
import type { LoadedSuite, ModelEndpoint } from "../eval/index.ts";
import type { LanguageModel } from "../model/index.ts";
import type { Config } from "./config.ts";

/** The model endpoint of a suite that names a model or replays one; undefined where nobody would ask it. */
export async function suiteEndpoint(
  suite: LoadedSuite,
  config: Config,
): Promise<(ModelEndpoint & AsyncDisposable) | undefined> {
  const hasReplay = suite.cases.some((each) => each.world.modelReplay);
  const hasUser = suite.cases.some((each) => each.simulatedUser);
  if (!suite.model && !hasReplay && !hasUser) return undefined;
  const { openModelEndpoint } = await import("./model-endpoint.ts");
  return openModelEndpoint({ model: await suiteModel(suite), prices: config.prices as never });
}

async function suiteModel({ model }: LoadedSuite): Promise<LanguageModel | undefined> {
  if (!model) return undefined;
  const { scriptedModel, fromAiSdkModel, sleepRealTime, withRetries } = await import("../model/index.ts");
  if ("script" in model) {
    const { readScript } = await import("../model/script-file/index.ts");
    return scriptedModel(readScript(readFileSync(model.script, "utf8"), model.script));
  }
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const apiKey = model.apiKeyEnv === undefined ? undefined : process.env[model.apiKeyEnv];
  const provider = createOpenAICompatible({ name: "upstream", baseURL: model.baseUrl, ...(apiKey && { apiKey }) });
  return withRetries(fromAiSdkModel(provider.chatModel(model.model ?? "default")), {
    clock: systemClock,
    random: Math.random,
    sleep: sleepRealTime,
  });
}
