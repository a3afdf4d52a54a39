import type { Finding, Trial } from "../../domain/index.ts";

/** What a trial failed by, told as a detector would: for trials that come with verdicts, their own or recorded ones. */
export function findingsOfTrial({ verdicts }: Pick<Trial, "verdicts">): Finding[] {
  return verdicts
    .filter(({ gates, outcome }) => gates && outcome === "fail")
    .map(({ name, explanation, evidence }) => ({ detector: name, severity: "high", explanation, evidence }));
}
