import { relative } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import type { Config } from "../config.ts";
import { findSuites } from "../find-suites.ts";
import type { App } from "../open-app.ts";
import { examineMachine } from "./examine-machine.ts";
import { examineStore } from "./examine-store.ts";
import { examineAgents, examineSuite, examineSuiteKeys } from "./examine-suite.ts";
import type { Examined } from "./examined.ts";

/** Variables in which the AI SDK's providers look for their keys. */
const PROVIDER_KEYS = [
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "GOOGLE_GENERATIVE_AI_API_KEY",
  "AI_GATEWAY_API_KEY",
  "AZURE_API_KEY",
  "MISTRAL_API_KEY",
  "GROQ_API_KEY",
  "XAI_API_KEY",
  "DEEPSEEK_API_KEY",
  "OPENROUTER_API_KEY",
];

/** Looks at the machine, the project and its store, and tells what works. Changes nothing. */
export async function examine(app: App): Promise<Examined[]> {
  const machine = await examineMachine(app.env);
  const config = await app.config().catch((error: unknown) => {
    if (error instanceof AegisError) return error;
    throw error;
  });
  if (config instanceof AegisError) {
    return [
      ...machine,
      { name: "config", status: "fail", found: config.message, fix: config.fix },
      examineKeys(app.env),
    ];
  }
  const store = await examineStore(app.env["AEGIS_STORE"] ?? config.storePath);
  return [...machine, ...store, examineConfig(config), ...(await examineProject(app, config)), examineKeys(app.env)];
}

function examineConfig({ file, root }: Config): Examined {
  if (file !== undefined) return { name: "config", status: "ok", found: file };
  return { name: "config", status: "note", found: `none in ${root} or above: defaults hold`, fix: "aegis init" };
}

async function examineProject(app: App, config: Config): Promise<Examined[]> {
  const { suites, broken } = await findSuites(config);
  if (suites.length + broken.length === 0) {
    return [{ name: "suites", status: "warn", found: `none found by ${config.suites.join(", ")}`, fix: "aegis init" }];
  }
  const read = await Promise.all(suites.map((suite) => examineSuite(suite, config)));
  const unread = broken.map(({ file, error }): Examined => {
    return { name: `suite ${relative(config.root, file)}`, status: "fail", found: error.message, fix: error.fix };
  });
  return [...read, ...unread, ...(await examineAgents(suites, app.env)), ...examineSuiteKeys(suites, app.env)];
}

/** Says which keys are there; what they are is nobody's business. */
function examineKeys(env: NodeJS.ProcessEnv): Examined {
  const set = PROVIDER_KEYS.filter((key) => env[key]);
  if (set.length > 0) return { name: "model keys", status: "ok", found: `set: ${set.join(", ")}` };
  const found = "none set: scripted and recorded models work without one";
  return { name: "model keys", status: "note", found, fix: "export OPENAI_API_KEY=..." };
}
