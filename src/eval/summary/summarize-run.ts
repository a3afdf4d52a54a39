import type { EvalRun, Trial } from "../../domain/index.ts";
import { listBlindSpots } from "./list-blind-spots.ts";
import type { RunIdentity, RunSummary } from "./run-summary.ts";
import { trialsByCase } from "./scored-trial.ts";
import { summarizeCase } from "./summarize-case.ts";
import { summarizeSuite } from "./summarize-suite.ts";

/** What a run showed, finished or not. Trials of cases the run does not list are left out, and the summary says so. */
export function summarizeRun(run: EvalRun, trials: readonly Trial[]): RunSummary {
  const groups = trialsByCase(trials);
  const cases = run.cases.map((asked) => summarizeCase(asked, groups.get(asked.id) ?? []));
  const counted = run.cases.flatMap(({ id }) => groups.get(id) ?? []);
  const suite = summarizeSuite(cases, counted);
  const notSeen = listBlindSpots({ run, trials: counted, cases, suite });
  const stray = trials.length - counted.length;
  if (stray > 0) notSeen.push(`${stray} trials belong to no case of this run and were left out.`);
  return { run: runIdentity(run), cases, suite, notSeen };
}

function runIdentity(run: EvalRun): RunIdentity {
  const { id, name, suite, agent, models, origin, status, isolation, seed, startedAtMs, endedAtMs } = run;
  const { workers } = run.attributes;
  const spread = typeof workers === "number" && { workers };
  return { id, name, suite, agent, models, origin, status, isolation, ...spread, seed, startedAtMs, endedAtMs };
}
