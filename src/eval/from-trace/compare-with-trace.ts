import {
  effectAround,
  type RecordedTake,
  type RecordedToolCall,
  type RunEvent,
  type Verdict,
} from "../../domain/index.ts";
import { canonicalJson } from "../../kernel/index.ts";
import { type ToolCall, toolCalls } from "../../log/index.ts";

export interface Reproduction {
  /** The same calls with the same answers, and the same verdicts failed. */
  readonly isExact: boolean;
  /** Sentences, the first differences only. */
  readonly differences: readonly string[];
  readonly missCount: number;
  readonly unusedCount: number;
}

/** Holds a trial of a case against the recorded run the case was made of. */
export function compareWithTrace(played: {
  readonly take: RecordedTake;
  readonly failing: readonly string[];
  /** Names of the verdicts that are the case's own; others, of a suite, were not asked for in production. */
  readonly own: readonly string[];
  readonly events: readonly RunEvent[];
  readonly verdicts: readonly Verdict[];
}): Reproduction {
  const { take, events, verdicts } = played;
  const replay = events.findLast((event) => event.type === "replay.ended");
  const recorded = take.turns.flatMap(({ steps }) =>
    steps.flatMap((step) => ("tool" in step ? [sayRecorded(step)] : [])),
  );
  const disturbed = new Set(events.flatMap((event) => (event.type === "fault.injected" ? (event.effect ?? []) : [])));
  const made = toolCalls(events)
    .filter(({ called }) => effectAround(called.effect) === undefined)
    .map((call) => sayMade(call, disturbed.has(call.called.effect)));
  const differences = [...differentCalls(recorded, made), ...differentVerdicts(played, verdicts)];
  return {
    isExact: differences.length === 0,
    differences,
    missCount: replay?.misses.length ?? 0,
    unusedCount: replay?.unused.length ?? 0,
  };
}

function differentCalls(recorded: readonly string[], made: readonly string[]): string[] {
  const index = recorded.findIndex((call, at) => made[at] !== call);
  const at = index === -1 ? recorded.length : index;
  if (at === recorded.length && made.length === recorded.length) return [];
  const wanted = recorded[at] ?? "no call";
  return [`Call ${at + 1} was recorded as ${cut(wanted)}, and now it is ${cut(made[at] ?? "no call")}.`];
}

function differentVerdicts(
  { failing, own }: { readonly failing: readonly string[]; readonly own: readonly string[] },
  verdicts: readonly Verdict[],
): string[] {
  const failed = verdicts
    .filter(({ name, outcome }) => own.includes(name) && outcome === "fail")
    .map(({ name }) => name);
  const missing = failing.filter((name) => !failed.includes(name));
  const added = failed.filter((name) => !failing.includes(name));
  return [
    ...missing.map((name) => `${cut(name)} failed in production, and now it passes.`),
    ...added.map((name) => `${cut(name)} held in production, and now it fails.`),
  ];
}

function sayRecorded({ tool, arguments: given, result, error, byFault }: RecordedToolCall): string {
  // A fault says it in its own words.
  const answer = error ? (byFault ? "a fault" : error.message) : canonicalJson(result);
  return `${tool} ${canonicalJson(given)} -> ${answer}`;
}

function sayMade({ called, returned }: ToolCall, wasDisturbed: boolean): string {
  const error = returned?.error;
  const answer = error ? (wasDisturbed ? "a fault" : error.message) : canonicalJson(returned?.result);
  return `${called.tool} ${canonicalJson(called.arguments)} -> ${answer}`;
}

const SHOWN_MAX = 300;

function cut(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX).toWellFormed()}…` : text;
}
