import type { EvalRun, Trial } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { type MadeCase, type MadeTrial, madeRun, marked } from "../summary/made-run.ts";
import type { HistoryRun } from "./suite-history.ts";

const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 0, 5);

interface MadeVersion {
  readonly version: string;
  /** Days after the start; one after the other unless told. */
  readonly day?: number;
  /** "+" passed, "-" failed, "v" void, by case id. */
  readonly cases: Readonly<Record<string, string | readonly MadeTrial[]>>;
  readonly kinds?: Readonly<Record<string, "capability" | "regression">>;
  readonly hashes?: Readonly<Record<string, string>>;
  readonly run?: Partial<EvalRun>;
}

/** Runs of a made-up suite, one for each version, for tests. */
export function madeRuns(versions: readonly MadeVersion[]): HistoryRun[] {
  return versions.map(({ version, day, cases, kinds = {}, hashes = {}, run = {} }, index) => {
    const made: MadeCase[] = Object.entries(cases).map(([id, trials]) => ({
      id,
      kind: kinds[id] ?? "capability",
      trials: typeof trials === "string" ? marked(trials) : trials,
    }));
    const { run: plain, trials } = madeRun(made, {
      id: `run-${index}` as Id<"eval-run">,
      name: `run ${version}`,
      agent: { name: "support", version },
      startedAtMs: START_MS + (day ?? index) * DAY_MS,
      ...run,
    });
    const asked = plain.cases.map((one) => ({ ...one, hash: hashes[one.id] ?? one.hash }));
    return { run: { ...plain, cases: asked }, trials };
  });
}

/** The same runs with one more trial, that says nothing. */
export function withVoid({ run, trials }: HistoryRun): HistoryRun {
  const first = trials[0] as Trial;
  const extra: Trial = {
    ...first,
    id: `${first.id}-void` as Id<"trial">,
    attemptIndex: 999,
    outcome: { kind: "void", reason: "provider", message: "502" },
  };
  return { run, trials: [extra, ...trials] };
}
