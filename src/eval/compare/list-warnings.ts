import type { EvalRun } from "../../domain/index.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import type { ComparisonWarning } from "./comparison.ts";
import { count } from "./say-number.ts";

interface Side {
  readonly run: EvalRun;
  readonly summary: RunSummary;
}

/** What else differs between two runs, so that a change may not be the agent's. */
export function listWarnings({ a, b }: { readonly a: Side; readonly b: Side }): ComparisonWarning[] {
  return [...runWarnings(a.run, b.run), ...caseWarnings(a.run, b.run), ...trialWarnings(a.summary, b.summary)];
}

function runWarnings(a: EvalRun, b: EvalRun): ComparisonWarning[] {
  const warnings: ComparisonWarning[] = [];
  const differ = (code: ComparisonWarning["code"], noun: string, before: string, after: string) => {
    if (before !== after)
      warnings.push({ code, message: `The ${noun} differs: ${before || "none"} -> ${after || "none"}.` });
  };
  const changed = (code: ComparisonWarning["code"], noun: string, before: string, after: string) => {
    // An empty hash: the recording does not say what was asked.
    if (before !== after && before !== "" && after !== "")
      warnings.push({ code, message: `${noun} changed between the runs.` });
  };
  differ("agent", "agent", a.agent.name, b.agent.name);
  differ("model", "model", listOf(a.models), listOf(b.models));
  differ("isolation", "isolation level", a.isolation, b.isolation);
  differ("origin", "origin", a.origin, b.origin);
  differ("suite", "suite", a.suite, b.suite);
  changed("suite", "The suite's settings or checks", a.hashes.suite, b.hashes.suite);
  changed("dataset", "The cases (dataset)", a.hashes.dataset, b.hashes.dataset);
  changed("judge", "The judge (rubric, model or passes)", a.hashes.judge, b.hashes.judge);
  for (const [side, run] of [
    ["A", a],
    ["B", b],
  ] as const) {
    if (run.status !== "finished") warnings.push({ code: "unfinished", message: `Run ${side} is ${run.status}.` });
  }
  return warnings;
}

function isEdited(before: string | undefined, after: string): boolean {
  return before !== after && before !== "" && after !== "";
}

function caseWarnings(a: EvalRun, b: EvalRun): ComparisonWarning[] {
  const casesA = new Map(a.cases.map((one) => [one.id, one]));
  const idsB = new Set(b.cases.map(({ id }) => id));
  const onlyA = a.cases.filter(({ id }) => !idsB.has(id)).length;
  const onlyB = b.cases.filter(({ id }) => !casesA.has(id)).length;
  const edited = b.cases.filter(({ id, hash }) => casesA.has(id) && isEdited(casesA.get(id)?.hash, hash));
  const retried = b.cases.filter(({ id, trials }) => casesA.has(id) && casesA.get(id)?.trials !== trials).length;
  return [
    ...warn(onlyA + onlyB > 0, "cases", `${count(onlyA, "case")} only in A, ${count(onlyB, "case")} only in B.`),
    ...warn(
      edited.length > 0,
      "case content",
      `${count(edited.length, "case")} changed its content between the runs: ${listOf(edited.map(({ id }) => id))}.`,
    ),
    ...warn(retried > 0, "trials", `${count(retried, "case")} asked for another number of trials in B than in A.`),
  ];
}

function trialWarnings(a: RunSummary, b: RunSummary): ComparisonWarning[] {
  const [voidA, voidB] = [a.suite.trials.void, b.suite.trials.void];
  return warn(
    voidA !== voidB,
    "voids",
    `${count(voidA, "void trial")} in A, ${voidB} in B: the cases were not measured equally often.`,
  );
}

function warn(isTrue: boolean, code: ComparisonWarning["code"], message: string): ComparisonWarning[] {
  return isTrue ? [{ code, message }] : [];
}

const LISTED_MAX = 5;

function listOf(names: readonly string[]): string {
  const rest = names.length - LISTED_MAX;
  return `${names.slice(0, LISTED_MAX).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
