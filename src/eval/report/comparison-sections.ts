import { sayP } from "../compare/say-number.ts";
import type { CaseChange, CaseComparison, Comparison } from "../compare/comparison.ts";

export interface ComparisonSection {
  readonly title: string;
  readonly tone: "bad" | "good" | "open" | "plain";
  readonly cases: readonly CaseComparison[];
}

/** Cases worth a reader's time, the worst first. Unchanged ones are only counted. */
export function comparisonSections({ cases }: Comparison): ComparisonSection[] {
  const of = (change: CaseChange, moved?: CaseComparison["outcome"]) =>
    cases.filter((one) => one.change === change && (moved === undefined || one.outcome === moved));
  const sections: ComparisonSection[] = [
    { title: "Regressed", tone: "bad", cases: of("regressed") },
    { title: "Improved", tone: "good", cases: of("improved") },
    { title: "Behaviour changed", tone: "bad", cases: of("behaviour changed") },
    { title: "Broke, not enough evidence", tone: "open", cases: of("not enough evidence", "broke") },
    { title: "Fixed, not enough evidence", tone: "open", cases: of("not enough evidence", "fixed") },
    {
      title: "Same results, other behaviour, not enough evidence",
      tone: "open",
      cases: of("not enough evidence", "same"),
    },
    { title: "Flaky", tone: "open", cases: of("flaky") },
    { title: "Only in B", tone: "plain", cases: of("only in B") },
    { title: "Only in A", tone: "plain", cases: of("only in A") },
  ];
  return sections.filter((section) => section.cases.length > 0);
}

export function comparisonTitle({ a, b }: Comparison): string {
  const versions = a.agent.version === b.agent.version ? "" : `, ${a.agent.version} -> ${b.agent.version}`;
  return `Compared with ${a.name}${versions}`;
}

/** Shifts and speed over all cases, in raw sentences. */
export function suiteRemarks({ suite }: Comparison): string[] {
  const { behaviour, latency, mcnemar, passHatK } = suite;
  const remarks: string[] = [];
  if (behaviour.verdict === "changed") {
    const shifts = behaviour.shifts.slice(0, SHIFTS_MAX).map(({ text }) => text);
    const more = behaviour.shifts.length - shifts.length;
    remarks.push(
      shifts.length === 0
        ? "Behaviour changed over the suite: trials lie further apart between the runs than within them."
        : `Behaviour changed over the suite: ${shifts.join("; ")}${more > 0 ? `; and ${more} more shifts` : ""}.`,
    );
  }
  if (latency?.change) remarks.push(sayLatency(latency.change, latency.ratio));
  if (mcnemar) {
    remarks.push(
      `At one trial each: ${mcnemar.passToFail} broke, ${mcnemar.failToPass} fixed (McNemar's exact test: ${sayP(mcnemar.pValue)}).`,
    );
  }
  const last = passHatK.at(-1);
  if (last && last.k > 1) remarks.push(`pass^${last.k}: ${last.a.toFixed(2)} -> ${last.b.toFixed(2)}.`);
  return remarks;
}

const SHIFTS_MAX = 5;

function sayLatency(change: "slower" | "faster", ratio: number): string {
  const times = change === "slower" ? ratio : 1 / ratio;
  return `${change === "slower" ? "Slower" : "Faster"}: ${times.toFixed(1)} times, by the median trial.`;
}
