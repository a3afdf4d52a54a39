import type { FinishedRun } from "../check.ts";
import { matchesSomeName } from "../text-schemas.ts";
import { answersOf } from "./answers.ts";
import { declarationsOf } from "./declarations.ts";
import { toolCallsOf } from "./tool-calls.ts";

/** How a hand-over to a person shows, where tools are not declared with the purpose "escalation". */
export interface EscalationSigns {
  readonly tools?: readonly string[] | undefined;
  /** What an answer that hands over says. */
  readonly by?: RegExp | undefined;
}

export interface Escalation {
  readonly seqs: readonly number[];
  /** Where in the log it began. */
  readonly seq: number;
  readonly how: string;
}

/** Hand-overs in order. A call that failed handed nothing over. */
export function escalationsOf(run: FinishedRun, { tools = [], by }: EscalationSigns = {}): readonly Escalation[] {
  const declarations = declarationsOf(run.events);
  const byTool = toolCallsOf(run.events)
    .filter(({ tool }) => declarations.get(tool)?.purpose === "escalation" || matchesSomeName(tools, tool))
    .filter(({ failure }) => failure === null)
    .map(({ tool, called, returned }) => ({
      seq: called.seq,
      seqs: returned ? [called.seq, returned.seq] : [called.seq],
      how: `by calling ${tool}`,
    }));
  const byAnswer = answersOf(run.events)
    .filter(({ content }) => by?.test(content))
    .map(({ seq }) => ({ seq, seqs: [seq], how: "in its answer" }));
  return [...byTool, ...byAnswer].sort((left, right) => left.seq - right.seq);
}

/** False when nothing in the log or the options says what an escalation would look like. */
export function canSeeEscalation(run: FinishedRun, { tools = [], by }: EscalationSigns): boolean {
  return tools.length > 0 || by !== undefined || declarationsOf(run.events).size > 0;
}
