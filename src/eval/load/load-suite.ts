import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AegisError, errorPlace, LIMITS, toJson } from "../../kernel/index.ts";
import type { CheckSpec, EvalCase } from "../../domain/index.ts";
import type { WorldFactory } from "../../world/index.ts";
import { definedSuites, type Scorer, type SuiteDefinition, type TaskRow } from "../define/define-suite.ts";
import type { LoadedSuite } from "../loaded-suite.ts";
import type { AgentTarget } from "../trial-job.ts";
import { builtBeside } from "./built-beside.ts";
import { agentSuiteSchema, taskSuiteSchema, yamlSuiteSchema } from "./case-schema.ts";
import { type CaseDefaults, finishCase } from "./parse-case.ts";
import { parseValue } from "./parse-value.ts";
import { verifyChecks } from "./verify-checks.ts";

/** Finds the file that defines an agent, by name or by a path relative to the suite. */
export type ResolveAgent = (agent: string, suiteFolder: string) => Extract<AgentTarget, { kind: "file" }>;

type SuiteSettings = ReturnType<typeof agentSuiteSchema.parse> | ReturnType<typeof taskSuiteSchema.parse>;

/** All suites one file defines. @throws {AegisError} "suite.bad_file", "case.*" or "check.*", naming file and line */
export async function loadSuiteFile(file: string, resolveAgent: ResolveAgent): Promise<LoadedSuite[]> {
  const { size } = statSync(file);
  if (size > LIMITS.suiteFileBytesMax) {
    throw new AegisError("suite.bad_file", `${file}: ${size} bytes is more than a suite may have`, { details: { size } });
  }
  if (/\.ya?ml$/.test(file)) {
    const { parseYaml } = await import("./parse-yaml.ts");
    const text = readFileSync(file, "utf8");
    const { value, placeOf } = parseYaml({ text, file, schema: yamlSuiteSchema, code: "suite.bad_file" });
    await verifyChecks(value, placeOf);
    const { name, ...settings } = value;
    return [await finishSuite({ name, file, settings, resolveAgent })];
  }
  const definitions = await importSuites(file);
  if (definitions.length === 0) throw new AegisError("suite.bad_file", `${file} defines no suite: call suite(name, {...})`);
  return Promise.all(definitions.map(async ({ name, options }) => {
    const where = `${file}: suite ${JSON.stringify(name)}`;
    const schema = "task" in options ? taskSuiteSchema : agentSuiteSchema;
    const settings = parseValue({ value: options, where, schema, code: "suite.bad_file" });
    await verifyChecks(settings, (path) => `${where}: ${path.join(".")}`);
    return finishSuite({ name, file, settings, resolveAgent });
  }));
}

async function importSuites(file: string): Promise<SuiteDefinition[]> {
  const before = definedSuites().length;
  try {
    await import(pathToFileURL(file).href);
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    throw new AegisError("suite.bad_file", `${errorPlace(cause, file)} cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  const added = definedSuites().slice(before);
  for (const definition of added) suiteFiles.set(definition, file);
  // A module is run once per process: a second look finds what the first one defined.
  return added.length > 0 ? added : definedSuites().filter((definition) => suiteFiles.get(definition) === file);
}

const suiteFiles = new WeakMap<SuiteDefinition, string>();

async function finishSuite(made: {
  readonly name: string;
  readonly file: string;
  readonly settings: SuiteSettings;
  readonly resolveAgent: ResolveAgent;
}): Promise<LoadedSuite> {
  const { name, file, settings, resolveAgent } = made;
  const folder = dirname(file);
  const isTask = "task" in settings;
  const defaults: CaseDefaults = {
    kind: settings.kind ?? "capability",
    tags: settings.tags ?? [],
    ...(settings.pass && { passRate: settings.pass.rate }),
  };
  const world = await loadWorld(settings.world, folder);
  return {
    name,
    file,
    target: isTask ? { kind: "task", file, suite: name } : resolveAgent(settings.agent, folder),
    trials: settings.trials ?? DEFAULTS.trials,
    isolation: settings.isolation ?? DEFAULTS.isolation,
    cases: distinct(isTask ? await readRows(settings.data, defaults) : await readCases({ cases: settings.cases, folder, file, defaults }), file),
    checks: (settings.checks ?? []) as CheckSpec[],
    scorers: [...(("scorers" in settings && settings.scorers) || []), ...(("scores" in settings && settings.scores) || [])] as Scorer[],
    scoreMin: settings.scoreMin ?? DEFAULTS.scoreMin,
    timeoutMs: settings.timeoutMs ?? LIMITS.trialTimeoutMs,
    passEnv: settings.passEnv ?? [],
    ...(world && { world }),
    ...(settings.model && { model: withAbsoluteScript(settings.model as NonNullable<LoadedSuite["model"]>, folder) }),
  };
}

const DEFAULTS = { trials: 3, isolation: "process", scoreMin: 0.5 } as const;

function withAbsoluteScript(model: NonNullable<LoadedSuite["model"]>, folder: string): NonNullable<LoadedSuite["model"]> {
  return "script" in model ? { script: resolve(folder, model.script) } : model;
}

async function loadWorld(world: unknown, folder: string): Promise<WorldFactory | undefined> {
  if (typeof world !== "string") return world as WorldFactory | undefined;
  const source = resolve(folder, world);
  const file = existsSync(source) ? source : builtBeside(source);
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: WorldFactory };
    if (typeof module.default === "function") return module.default;
  } catch (cause) {
    throw new AegisError("suite.bad_file", `world ${errorPlace(cause, file)} cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  throw new AegisError("suite.bad_file", `world ${file} must export a function as default`);
}

interface CaseSource {
  readonly cases: ReturnType<typeof agentSuiteSchema.parse>["cases"];
  readonly folder: string;
  readonly file: string;
  readonly defaults: CaseDefaults;
}

async function readCases({ cases, folder, file, defaults }: CaseSource): Promise<EvalCase[]> {
  const list = typeof cases === "string" ? [cases] : cases;
  const read = list.map(async (entry) => {
    if (typeof entry !== "string") return [finishCase({ input: entry, folder, defaults })];
    const files = expandGlob(entry, folder);
    if (files.length === 0) {
      throw new AegisError("suite.no_cases", `${file}: no file matches ${entry} in ${relative(process.cwd(), folder) || "."}`);
    }
    // The YAML reader is loaded only for a suite that has such files.
    const { parseCaseFile } = await import("./parse-case-file.ts");
    return Promise.all(files.map((caseFile) => parseCaseFile(caseFile, defaults)));
  });
  return (await Promise.all(read)).flat();
}

function expandGlob(pattern: string, folder: string): string[] {
  if (isAbsolute(pattern)) return [pattern];
  return globSync(pattern, { cwd: folder })
    .map((path) => resolve(folder, path))
    .sort();
}

async function readRows(data: unknown, defaults: CaseDefaults): Promise<EvalCase[]> {
  const rows = (await (typeof data === "function" ? (data as () => unknown)() : data)) as readonly TaskRow[];
  const chosen = rows.some((row) => row.only) ? rows.filter((row) => row.only) : rows;
  const digits = String(chosen.length).length;
  return chosen.map((row, index) => {
    const input = toJson(row.input);
    return finishCase({
      folder: process.cwd(),
      defaults,
      input: {
        id: row.id ?? `row-${String(index + 1).padStart(digits, "0")}`,
        input: [typeof input === "string" ? { user: input } : { data: input as never }],
        tags: [...(row.tags ?? [])],
        metadata: { ...(row.metadata === undefined ? {} : (toJson(row.metadata) as never)) },
        ...(row.expected !== undefined && { expected: toJson(row.expected) as never }),
      },
    });
  });
}

function distinct(cases: readonly EvalCase[], file: string): EvalCase[] {
  if (cases.length > LIMITS.casesMax) throw new AegisError("suite.bad_file", `${file}: ${cases.length} cases are more than the limit`);
  const seen = new Map<string, EvalCase>();
  for (const each of cases) {
    const other = seen.get(each.id);
    if (other) {
      throw new AegisError("case.duplicate_id", `${each.id} is used by ${other.file ?? file} and ${each.file ?? file}`, {
        details: { id: each.id },
      });
    }
    seen.set(each.id, each);
  }
  return [...cases];
}
