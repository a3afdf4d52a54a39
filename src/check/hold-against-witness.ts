import { isWeaker, weakestWitness, type Witness } from "../domain/index.ts";
import type { FinishedRun } from "./check.ts";
import { type Finding, undecided } from "./define-check.ts";

const WORD_OF: Readonly<Record<Witness, string>> = {
  edge: "what the network edge saw",
  person: "what a person said",
  runtime: "what the boundary in the agent's process saw",
  agent: "what the agent says of itself",
};

export interface WitnessDemand {
  readonly demanded: Witness;
  /** The weakest among the evidence; null without evidence. */
  readonly witness: Witness | null;
  readonly run: FinishedRun;
}

/**
 * A pass that rests on a weaker witness than demanded is void: it may be made up. A failure stands, since nobody makes up
 * evidence against themselves. A pass without evidence, such as "never called", rests on everything the agent did.
 */
export function holdAgainstWitness(finding: Finding, { demanded, witness, run }: WitnessDemand): Finding {
  if (finding.outcome !== "pass") return finding;
  const weakest =
    witness ?? weakestWitness(run.events.filter((event) => "effect" in event || event.type === "message.sent"));
  if (weakest === null || !isWeaker(weakest, demanded)) return finding;
  return undecided(
    `It would pass (${finding.explanation}), but rests on ${WORD_OF[weakest]}, and the check demands ${WORD_OF[demanded]}.`,
    finding.evidence,
  );
}
