import type { FinishedRun } from "../check.ts";
import { type ToolCall, toolCallsOf } from "../reading/tool-calls.ts";

/** A point in the log that a condition is asked about. */
export interface Moment {
  readonly run: FinishedRun;
  readonly calls: readonly ToolCall[];
  /** Only events before this one count. */
  readonly beforeSeq: number;
  /** The call in question, where there is one. */
  readonly call?: ToolCall;
}

export interface ConditionAnswer {
  /** null: what it asks about was not recorded. */
  readonly holds: boolean | null;
  /** The earliest events that make it so. */
  readonly evidence: readonly number[];
  /** Why it cannot be told. */
  readonly why?: string;
}

/** A question about a moment of a run, e.g. "tool billing.lookup failed twice". */
export interface Condition {
  explain(): string;
  ask(moment: Moment): ConditionAnswer;
}

export function momentAtEnd(run: FinishedRun): Moment {
  return { run, calls: toolCallsOf(run.events), beforeSeq: Number.POSITIVE_INFINITY };
}

/** Just before the call: neither it nor what came later counts. */
export function momentOfCall(run: FinishedRun, calls: readonly ToolCall[], call: ToolCall): Moment {
  return { run, calls, beforeSeq: call.called.seq, call };
}

export function allOf(parts: readonly Condition[]): Condition {
  return {
    explain: () => parts.map((part) => part.explain()).join(" and "),
    ask: (moment) => decide(parts, moment, false),
  };
}

export function someOf(parts: readonly Condition[]): Condition {
  return {
    explain: () => `(${parts.map((part) => part.explain()).join(" or ")})`,
    ask: (moment) => decide(parts, moment, true),
  };
}

export function notOf(part: Condition): Condition {
  return {
    explain: () => `not (${part.explain()})`,
    ask: (moment) => {
      const answer = part.ask(moment);
      return { ...answer, holds: answer.holds === null ? null : !answer.holds };
    },
  };
}

/** Three-valued logic: one part may settle it; failing that, one unknown part leaves it open. */
function decide(parts: readonly Condition[], moment: Moment, settledBy: boolean): ConditionAnswer {
  const answers = parts.map((part) => part.ask(moment));
  const settling = answers.find(({ holds }) => holds === settledBy);
  if (settling) return settling;
  const unknown = answers.find(({ holds }) => holds === null);
  if (unknown) return unknown;
  return { holds: !settledBy, evidence: answers.flatMap(({ evidence }) => evidence) };
}
