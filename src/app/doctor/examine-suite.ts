import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { AegisError, countNoun } from "../../kernel/index.ts";
import type { CheckSpec } from "../../domain/index.ts";
import { isAgentDefinition } from "../../agent/index.ts";
import { compileCheck } from "../../check/index.ts";
import type { LoadedSuite } from "../../eval/index.ts";
import type { Config } from "../config.ts";
import { judgeMaker } from "../make-judge.ts";
import { findProgram } from "./examine-machine.ts";
import type { Examined } from "./examined.ts";

const AGENT_LOAD_TIMEOUT_MS = 20_000;

/** A suite that was read may still hold checks that nobody can compile. */
export async function examineSuite(suite: LoadedSuite, config: Config): Promise<Examined> {
  const name = `suite ${suite.name}`;
  const makeJudge = judgeMaker(config);
  const compile = (spec: CheckSpec, file: string) =>
    "judge" in spec ? makeJudge(spec, file) : compileCheck(spec, file);
  try {
    for (const spec of suite.checks) await compile(spec, suite.file);
    for (const { checks, file } of suite.cases) for (const spec of checks) await compile(spec, file ?? suite.file);
  } catch (error) {
    return failed(name, error);
  }
  return {
    name,
    status: "ok",
    found: `${countNoun(suite.cases.length, "case")} in ${relative(config.root, suite.file)}`,
  };
}

/** Loads each agent that a suite names, once. */
export async function examineAgents(suites: readonly LoadedSuite[], env: NodeJS.ProcessEnv): Promise<Examined[]> {
  const files = new Map<string, string>();
  for (const { target } of suites) if (target.kind === "file") files.set(target.file, target.name);
  return Promise.all([...files].map(([file, name]) => examineAgent({ file, name: `agent ${name}`, env })));
}

/** Environment variables the suites ask for that nobody has set. Names only: values are never read out. */
export function examineSuiteKeys(suites: readonly LoadedSuite[], env: NodeJS.ProcessEnv): Examined[] {
  const wanted = suites.flatMap(({ name, passEnv, model }) => {
    const keys = [
      ...passEnv,
      ...(model && "baseUrl" in model && model.apiKeyEnv !== undefined ? [model.apiKeyEnv] : []),
    ];
    return keys.map((key) => ({ key, suite: name }));
  });
  const missing = Map.groupBy(
    wanted.filter(({ key }) => !env[key]),
    ({ key }) => key,
  );
  return [...missing].map(([key, users]) => ({
    name: key,
    status: "warn",
    found: `not set, and asked for by suite ${[...new Set(users.map(({ suite }) => suite))].join(", ")}`,
    fix: `export ${key}=...`,
  }));
}

async function examineAgent({
  file,
  name,
  env,
}: {
  file: string;
  name: string;
  env: NodeJS.ProcessEnv;
}): Promise<Examined> {
  try {
    const module = await inTime(import(pathToFileURL(file).href) as Promise<{ default?: unknown }>);
    const agent = module.default;
    if (!isAgentDefinition(agent)) {
      throw new AegisError("agent.bad_definition", `${file} does not export defineAgent(...) as default`);
    }
    const [program] = "command" in agent ? agent.command : [];
    if (program !== undefined && !findProgram(program, env)) {
      const found = `its program ${program} is not in PATH`;
      return { name, status: "fail", found, fix: `install ${program}, or name its full path in ${file}` };
    }
    return { name, status: "ok", found: `version ${agent.version}` };
  } catch (error) {
    return failed(name, error, file);
  }
}

async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not loaded within ${AGENT_LOAD_TIMEOUT_MS / 1000} s`)),
      AGENT_LOAD_TIMEOUT_MS,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function failed(name: string, error: unknown, file?: string): Examined {
  if (error instanceof AegisError) return { name, status: "fail", found: error.message, fix: error.fix };
  const { message, code } = error as NodeJS.ErrnoException;
  const fix = code === "ERR_MODULE_NOT_FOUND" ? "npm install" : `correct ${file ?? "the file"}`;
  return { name, status: "fail", found: `${file ?? name} cannot be loaded: ${message}`, fix };
}
