import { dirname, resolve } from "node:path";
import type { CheckSpec, EvalCase } from "../../domain/index.ts";
import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { NamedScorer, Scorer } from "../define/define-suite.ts";
import type { LoadedSuite } from "../loaded-suite.ts";
import type { AgentTarget } from "../trial-job.ts";
import type { agentSuiteSchema, taskSuiteSchema } from "./case-schema.ts";
import { loadWorld } from "./load-world.ts";
import type { CaseDefaults } from "./parse-case.ts";
import { readCases, readRows } from "./read-cases.ts";

/** Finds the file that defines an agent, by name or by a path relative to the suite. */
export type ResolveAgent = (agent: string, suiteFolder: string) => Extract<AgentTarget, { kind: "file" }>;

type SuiteSettings = ReturnType<typeof agentSuiteSchema.parse> | ReturnType<typeof taskSuiteSchema.parse>;

/** Fills in defaults and reads what the settings name: cases, agent, world. */
export async function finishSuite(made: {
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
    target: isTask ? { kind: "task", file, suite: name } : await targetOf(settings.agent, { folder, resolveAgent }),
    trials: settings.trials ?? (isTask ? settings.trialCount : undefined) ?? DEFAULTS.trials,
    isolation: settings.isolation ?? DEFAULTS.isolation,
    cases: distinct(
      isTask
        ? await readRows(settings.data, defaults)
        : await readCases({ cases: settings.cases, folder, file, defaults }),
      file,
    ),
    checks: (settings.checks ?? []) as CheckSpec[],
    scorers: [
      ...(("scorers" in settings && settings.scorers) || []),
      ...(("scores" in settings && settings.scores) || []),
    ].map((scorer) => asFunction(scorer as Scorer | NamedScorer)),
    scoreMin: settings.scoreMin ?? DEFAULTS.scoreMin,
    timeoutMs: settings.timeoutMs ?? (isTask ? settings.timeout : undefined) ?? LIMITS.trialTimeoutMs,
    passEnv: settings.passEnv ?? [],
    faults: settings.faults ?? [],
    ...(world && { world }),
    ...(settings.model && { model: withAbsoluteScript(settings.model as NonNullable<LoadedSuite["model"]>, folder) }),
  };
}

/** What stands in for a recorded agent is loaded only where one is asked for. */
async function targetOf(
  agent: ReturnType<typeof agentSuiteSchema.parse>["agent"],
  { folder, resolveAgent }: { readonly folder: string; readonly resolveAgent: ResolveAgent },
): Promise<AgentTarget> {
  if (typeof agent === "string") return resolveAgent(agent, folder);
  return { kind: "recorded", file: (await import("../../agent/replay/index.ts")).RECORDED_AGENT_FILE };
}

/** One form for both ways to write a scorer. */
function asFunction(scorer: Scorer | NamedScorer): Scorer {
  if (typeof scorer === "function") return scorer;
  const named: Scorer = (scored) => scorer.scorer(scored);
  return Object.defineProperty(named, "name", { value: scorer.name ?? scorer.scorer.name });
}

const DEFAULTS = { trials: 3, isolation: "process", scoreMin: 0.5 } as const;

function withAbsoluteScript(
  model: NonNullable<LoadedSuite["model"]>,
  folder: string,
): NonNullable<LoadedSuite["model"]> {
  return "script" in model ? { script: resolve(folder, model.script) } : model;
}

function distinct(cases: readonly EvalCase[], file: string): EvalCase[] {
  if (cases.length > LIMITS.casesMax)
    throw new AegisError("suite.bad_file", `${file}: ${cases.length} cases are more than the limit`);
  const seen = new Map<string, EvalCase>();
  for (const each of cases) {
    const other = seen.get(each.id);
    if (other) {
      throw new AegisError(
        "case.duplicate_id",
        `${each.id} is used by ${other.file ?? file} and ${each.file ?? file}`,
        {
          details: { id: each.id },
        },
      );
    }
    seen.set(each.id, each);
  }
  return [...cases];
}
