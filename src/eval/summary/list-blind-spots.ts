import { type EvalRun, ISOLATION_LEVELS, ISOLATION_PROMISES, type Trial } from "../../domain/index.ts";
import { wilsonInterval } from "../../stats/suite/index.ts";
import type { CaseSummary, SuiteSummary } from "./run-summary.ts";
import { isScored } from "./scored-trial.ts";

interface Seen {
  readonly run: EvalRun;
  /** Trials of the run's cases. */
  readonly trials: readonly Trial[];
  readonly cases: readonly CaseSummary[];
  readonly suite: SuiteSummary;
}

/** What this run could not see, one plain sentence each. */
export function listBlindSpots(seen: Seen): string[] {
  return [
    ...isolationSpots(seen),
    ...modelSpots(seen),
    ...trialSpots(seen),
    ...voidSpots(seen),
    ...judgeSpots(seen),
    ...witnessSpots(seen),
    ...unknownToolSpots(seen),
  ];
}

function unknownToolSpots({ run }: Seen): string[] {
  const names = run.attributes["unknownTools"];
  if (!Array.isArray(names) || names.length === 0) return [];
  return [`Checks name tools that the agent was never offered, and guard nothing: ${names.join(", ")}.`];
}

function isolationSpots({ run, trials }: Seen): string[] {
  if (run.origin === "import") {
    return ["Imported: Aegis did not run the agent, so nothing is known of its isolation, faults or environment."];
  }
  const levels = new Set([run.isolation, ...trials.map(({ isolation }) => isolation)]);
  // The weakest level is the promise that holds for all of them.
  const weakest = ISOLATION_LEVELS.find((level) => levels.has(level)) ?? run.isolation;
  const spots = [`Isolation ${weakest}: ${ISOLATION_PROMISES[weakest]}.`];
  if (levels.size > 1) spots.push(`Trials ran at different isolation levels: ${[...levels].join(", ")}.`);
  return spots;
}

function modelSpots({ run }: Seen): string[] {
  if (run.origin === "import") return [];
  if (run.models.length === 0) return ["No model call was seen: the logs do not tell which model answered."];
  const isCanned = (id: string) => /\b(scripted|script|replay|replayed|simulated)\b/i.test(id);
  const canned = run.models.filter(isCanned);
  const live = run.models.filter((id) => !isCanned(id));
  const spots: string[] = [];
  if (canned.length > 0) {
    spots.push(`Model scripted or replayed (${canned.join(", ")}): how a live model varies was not seen.`);
  }
  if (live.length > 0) {
    spots.push(`Model ${live.join(", ")} as it answered during this run; a provider may change it at any time.`);
  }
  return spots;
}

function trialSpots({ cases }: Seen): string[] {
  const totals = [...new Set(cases.map(({ total }) => total))].filter((total) => total > 0).sort((a, b) => a - b);
  const fewest = totals[0];
  const most = totals.at(-1);
  if (fewest === undefined || most === undefined) {
    return ["No trial was scored: this run says nothing about the agent."];
  }
  const count = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  const mayFail = percent(1 - wilsonInterval({ passed: fewest, total: fewest }).lower);
  return [
    fewest === 1
      ? `${count} ${plural(most, "trial")} per case: a case tried once cannot show that it is flaky; one that passed may still fail up to ${mayFail} of the time.`
      : `${count} trials per case: a case that passed all ${fewest} may still fail up to ${mayFail} of the time.`,
  ];
}

function voidSpots({ suite, cases, run }: Seen): string[] {
  const spots: string[] = [];
  const { asked, missing, voidReasons } = suite.trials;
  if (suite.trials.void > 0) {
    const reasons = Object.entries(voidReasons).map(([reason, count]) => `${count} ${reason}`);
    spots.push(
      `${suite.trials.void} of ${asked} trials void (${reasons.join(", ")}): they say nothing about the agent and are not counted.`,
    );
  }
  if (missing > 0) spots.push(`${missing} of ${asked} trials have not run (the run is ${run.status}).`);
  const unmeasured = cases.filter(({ total }) => total === 0).length;
  if (unmeasured > 0) spots.push(`${unmeasured} ${plural(unmeasured, "case has", "cases have")} no scored trial.`);
  if (suite.costMicroUsd === null && run.models.length > 0)
    spots.push("Cost is unknown: some model calls had no price or no token count.");
  return spots;
}

function judgeSpots({ trials }: Seen): string[] {
  const verdicts = trials.filter(isScored).flatMap((trial) => trial.verdicts);
  const silent = new Set(verdicts.filter(({ source, gates }) => source === "judge" && !gates).map(({ name }) => name));
  const spots: string[] = [];
  if (silent.size > 0) {
    spots.push(`Judge ${[...silent].join(", ")} does not gate: it is not calibrated against people's labels.`);
  }
  if (verdicts.length > 0 && !verdicts.some(({ gates }) => gates)) spots.push("No check or judge gates in this run.");
  const undecided = verdicts.filter(({ gates, outcome }) => gates && outcome === "void").length;
  if (undecided > 0) {
    spots.push(`${undecided} gating ${plural(undecided, "verdict")} could not be decided.`);
  }
  return spots;
}

function witnessSpots({ run, trials }: Seen): string[] {
  const verdicts = trials.filter(isScored).flatMap((trial) => trial.verdicts);
  const told = verdicts.filter(({ witness }) => witness === "agent").length;
  if (told === 0 || run.origin === "import") return [];
  return [
    `${told} of ${verdicts.length} verdicts rest on the agent's own telemetry alone, which the agent could have made up.`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
