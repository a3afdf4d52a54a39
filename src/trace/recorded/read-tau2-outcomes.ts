import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { badFormat, explainIssue } from "./bad-format.ts";
import { namedSteps } from "./named-steps.ts";
import { numberIfAny, textIfAny } from "./optional-json.ts";
import { readSuccess, readSuccessAt, type RecordedSuccess } from "./read-success.ts";
import { endingOf } from "./read-tau2.ts";
import type { RecordedFile, RecordedTrial } from "./recorded-trial.ts";
import { successVerdict } from "./recorded-verdict.ts";

const resultSchema = z.object({
  task_id: z.union([z.string().min(1), z.number()]),
  success: z.boolean().nullish(),
  reward: z.number().nullish(),
  actions: z.array(z.string()).nullish(),
  n_messages: z.number().int().nonnegative().nullish(),
  termination_reason: textIfAny,
  error: textIfAny,
  trial: z.number().int().nonnegative().nullish(),
});
type Result = z.infer<typeof resultSchema>;

const configSchema = z
  .object({ domain: textIfAny, agent_llm: textIfAny, user_llm: textIfAny, seed: numberIfAny })
  .nullish()
  .catch(null);
type Config = z.infer<typeof configSchema>;

/**
 * tau2-bench outcomes without messages: `{config, task_results: [{task_id, success, reward, actions, trial}]}`. Tool
 * names are kept beside the trial and not in its log: calls without arguments would look like repeated calls.
 *
 * @throws {AegisError} "import.bad_format"
 */
export function readTau2Outcomes(file: string, value: JsonObject, successPath?: string): RecordedFile {
  const results = value["task_results"];
  if (!Array.isArray(results) || results.length === 0) throw badFormat(file, "holds no task_results");
  const config = configSchema.parse(value["config"]);
  const trials = (results as readonly Json[]).map((raw, index) => {
    const where = `task_results[${index}]`;
    const parsed = resultSchema.safeParse(raw);
    if (!parsed.success) throw badFormat(file, explainIssue(parsed.error, where), { result: index });
    const success = successOf(raw, parsed.data, successPath);
    if (!success) throw badFormat(file, `${where} has no boolean and no number at ${successPath ?? "reward"}`);
    return trialOf({ file, where, raw, result: parsed.data, config, success });
  });
  return { trials, refused: [], userToolCallCount: 0, unpairedResultCount: 0 };
}

/** True for a tau2 file of this shape. */
export function isTau2Outcomes(value: Json): value is JsonObject {
  return isJsonObject(value) && Array.isArray(value["task_results"]) && !("simulations" in value);
}

function successOf(raw: Json, result: Result, successPath: string | undefined): RecordedSuccess | undefined {
  if (successPath !== undefined) return readSuccessAt(raw, successPath);
  const success = readSuccess(result.reward ?? result.success ?? undefined);
  return success ?? (result.error ? { isPass: false, score: 0 } : undefined);
}

interface Parts {
  readonly file: string;
  readonly where: string;
  readonly raw: Json;
  readonly result: Result;
  readonly config: Config;
  readonly success: RecordedSuccess;
}

function trialOf({ file, where, raw, result, config, success }: Parts): RecordedTrial {
  const { termination_reason: reason, error, actions } = result;
  const cause = [reason && `ended by ${reason}`, error].filter(Boolean).join(", ");
  return {
    file,
    where,
    ownId: null,
    raw,
    caseId: String(result.task_id),
    recordedTrial: result.trial ?? null,
    task: null,
    kind: "capability",
    tags: config?.domain ? [config.domain] : [],
    ...success,
    verdicts: [successVerdict(success, `Recorded reward ${result.reward ?? "none"}${cause && `; ${cause}`}.`)],
    agent: { name: "imported", version: "recorded" },
    model: config?.agent_llm ?? null,
    seed: config?.seed ?? 0,
    startedAtMs: null,
    durationMs: null,
    costUsd: null,
    messages: [],
    ending: error ? { outcome: "failed", error: { name: "RecordedError", message: error } } : endingOf(reason),
    attributes: {
      terminationReason: reason ?? null,
      domain: config?.domain ?? null,
      userModel: config?.user_llm ?? null,
      toolNames: actions ?? null,
      messageCount: result.n_messages ?? null,
    },
    counts: {
      ...(typeof result.n_messages === "number" && { messageCount: result.n_messages }),
      ...(actions && { toolCallCount: actions.length, tools: namedSteps(actions) }),
    },
  };
}
