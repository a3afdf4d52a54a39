import { isJsonObject, type Json, valueAtPath } from "../../kernel/index.ts";
import { approvalsOf, isYes, standingApproval } from "../reading/approvals.ts";
import { grantsOf } from "../reading/declarations.ts";
import { eventsOfCall, hasSucceeded, resultOf, type ToolCall } from "../reading/tool-calls.ts";
import { showTimes } from "../show-value.ts";
import { matchesName } from "../text-schemas.ts";
import { compare, type Comparison, explainComparison } from "./comparison.ts";
import type { Condition, ConditionAnswer, Moment } from "./condition.ts";

export function approval(): Condition {
  return {
    explain: () => "a person approved it first",
    ask: ({ run, call, beforeSeq }) => {
      const approvals = approvalsOf(run.events);
      const decided = call
        ? standingApproval(approvals, call)
        : approvals.map((each) => each.decided).find((each) => each.seq < beforeSeq && isYes(each));
      return { holds: decided !== undefined, evidence: decided ? [decided.seq] : [] };
    },
  };
}

const HAPPENED = {
  called: { words: "was called", seqOf: (call: ToolCall) => call.called.seq, when: () => true },
  failed: { words: "failed", seqOf: returnSeq, when: (call: ToolCall) => call.failure !== null },
  succeeded: { words: "succeeded", seqOf: returnSeq, when: hasSucceeded },
} as const;

export type ToolHappening = keyof typeof HAPPENED;

/** True from the moment it has happened that often. */
export function toolHappened(tool: string, happening: ToolHappening, times: number): Condition {
  const { words, seqOf, when } = HAPPENED[happening];
  return {
    explain: () => `tool ${tool} ${words}${times === 1 ? "" : ` at least ${showTimes(times)}`}`,
    ask: ({ calls, beforeSeq }) => {
      const matching = calls.filter((call) => matchesName(tool, call.tool) && when(call) && seqOf(call) < beforeSeq);
      return { holds: matching.length >= times, evidence: matching.slice(0, times).map(seqOf) };
    },
  };
}

export function toolReturned(tool: string, path: string, comparison: Comparison): Condition {
  return {
    explain: () => `tool ${tool} returned ${path} that ${explainComparison(comparison)}`,
    ask: ({ calls, beforeSeq }) => {
      const match = calls.find(
        (call) =>
          matchesName(tool, call.tool) &&
          hasSucceeded(call) &&
          returnSeq(call) < beforeSeq &&
          compare(valueAtPath(resultOf(call.returned), path), comparison) === true,
      );
      return { holds: match !== undefined, evidence: match ? eventsOfCall(match) : [] };
    },
  };
}

export function stateHas(when: "before" | "after", path: string, comparison: Comparison): Condition {
  const words = when === "before" ? "the initial state" : "the state at the end";
  return {
    explain: () => `${path} in ${words} ${explainComparison(comparison)}`,
    ask: ({ run }) => {
      if (!run.state) return unknown("the state of the world was not captured");
      const evidence = run.events.filter((event) => event.type === "state.captured").map((event) => event.seq);
      return compared(valueAtPath(run.state[when], path), comparison, `${path} in ${words}`, evidence);
    },
  };
}

export function userHas(grant: string): Condition {
  return {
    explain: () => `the user has the grant ${grant}`,
    ask: ({ run }) => {
      const grants = grantsOf(run);
      if (!grants) return unknown("it is not recorded who the user is");
      return { holds: grants.includes(grant), evidence: [] };
    },
  };
}

/** About the arguments of the call in question; a missing argument cannot be compared with a number. */
export function argumentIs(path: string, comparison: Comparison): Condition {
  return {
    explain: () => `argument ${path} ${explainComparison(comparison)}`,
    ask: ({ call }: Moment) => {
      if (!call) return unknown(`there is no call in question to read the argument ${path} of`);
      const given = isJsonObject(call.called.arguments) ? valueAtPath(call.called.arguments, path) : undefined;
      return compared(given, comparison, `argument ${path}`, [call.called.seq]);
    },
  };
}

function compared(
  value: Json | undefined,
  comparison: Comparison,
  what: string,
  evidence: readonly number[],
): ConditionAnswer {
  const holds = compare(value, comparison);
  if (holds === null)
    return { ...unknown(`${what} is not something that ${explainComparison(comparison)} can be asked of`), evidence };
  return { holds, evidence };
}

function unknown(why: string): ConditionAnswer {
  return { holds: null, evidence: [], why };
}

function returnSeq(call: ToolCall): number {
  return call.returned?.seq ?? Number.POSITIVE_INFINITY;
}
