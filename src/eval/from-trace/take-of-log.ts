import {
  effectAround,
  type EffectError,
  type RecordedStep,
  type RecordedTake,
  type RecordedToolCall,
  type RunEvent,
} from "../../domain/index.ts";
import { countNoun } from "../../kernel/index.ts";

export interface TakenLog {
  readonly take: RecordedTake;
  /** What the agent had said before the user said anything. */
  readonly greeting: readonly string[];
  /** For each turn, the event it began with. */
  readonly turnSeqs: readonly number[];
  /** Sentences on what of the log cannot be said again. */
  readonly notRecorded: readonly string[];
}

interface OpenTurn {
  readonly seq: number;
  readonly user: string;
  readonly steps: (RecordedStep | { readonly openEffect: number })[];
}

/**
 * A log as a conversation that can be played again: what tools inside of tools did is left to the outer tool's recorded
 * answer, and words of the user that nobody answered after the conversation was over are left out.
 */
export function takeOfLog(events: readonly RunEvent[], name: string): TakenLog {
  const returned = returnsByEffect(events);
  const turns: OpenTurn[] = [];
  const greeting: string[] = [];
  const instructions = instructionsIn(events);
  let unplayable = 0;
  let steeringCount = 0;
  let openCallCount = 0;
  for (const event of events) {
    if (event.type === "message.received" && event.from === "user") {
      if (event.effect !== undefined) steeringCount += 1;
      else turns.push({ seq: event.seq, user: event.content, steps: [] });
      continue;
    }
    if (event.type === "message.sent" && turns.length === 0) greeting.push(event.content);
    const step = stepOf(event, { returned, before: turns.at(-1)?.steps.at(-1) });
    if (step === undefined) continue;
    if (step === "open") openCallCount += 1;
    else if (turns.length === 0) unplayable += "answer" in step ? 0 : 1;
    else turns.at(-1)?.steps.push(step);
  }
  const started = events.find((event) => event.type === "run.started");
  const ended = endOf(events);
  const played = ended.outcome === "answered" ? withoutGoodbye(turns) : turns;
  const modelErrorCount = events.filter((event) => event.type === "model.returned" && event.error).length;
  return {
    take: {
      name,
      agent: started?.agent ?? { name: "unknown", version: "unknown" },
      ...(instructions !== undefined && { instructions }),
      ended,
      turns: played.map(({ user, steps }) => ({ user, steps: steps as RecordedStep[] })),
    },
    greeting,
    turnSeqs: played.map(({ seq }) => seq),
    notRecorded: [
      ...sentence(openCallCount, "tool call", "never returned in the trace, and cannot be answered"),
      ...sentence(modelErrorCount, "model call", "failed in the trace; a replayed model does not fail"),
      ...sentence(steeringCount, "message", "came while the agent was at work, and is not said again"),
      ...sentence(unplayable, "step", "came before the user said anything, and is left out"),
    ],
  };
}

function sentence(count: number, noun: string, what: string): string[] {
  return count === 0 ? [] : [`${countNoun(count, noun)} ${what}.`];
}

interface StepPlace {
  readonly returned: ReadonlyMap<number, RunEvent<"tool.returned">>;
  readonly before: OpenTurn["steps"][number] | undefined;
}

function stepOf(event: RunEvent, { returned, before }: StepPlace): RecordedStep | "open" | undefined {
  if (event.type === "model.returned") {
    return event.message && effectAround(event.effect) === undefined ? { model: event.message } : undefined;
  }
  if (event.type === "message.sent") {
    const isModels = before && "model" in before && before.model.content === event.content;
    return isModels ? undefined : { answer: event.content };
  }
  if (event.type !== "tool.called" || effectAround(event.effect) !== undefined || event.attempt > 1) return undefined;
  const end = returned.get(event.effect);
  return end ? callOf(event, end) : "open";
}

function callOf(called: RunEvent<"tool.called">, returned: RunEvent<"tool.returned">): RecordedToolCall {
  const { tool, callId } = called;
  const { result, error, sources, labels } = returned;
  return {
    tool,
    callId,
    arguments: called.arguments,
    ...(error ? { error: plainError(error) } : { result: result ?? null }),
    durationMs: Math.max(0, returned.durationMs),
    ...(sources && { sources }),
    ...(labels && { labels }),
  };
}

/** Where it was thrown is a place in files that are not there when it is thrown again. */
function plainError({ where: _where, ...error }: EffectError): EffectError {
  return error;
}

function returnsByEffect(events: readonly RunEvent[]): ReadonlyMap<number, RunEvent<"tool.returned">> {
  return new Map(events.flatMap((event) => (event.type === "tool.returned" ? [[event.effect, event] as const] : [])));
}

function instructionsIn(events: readonly RunEvent[]): string | undefined {
  const texts: string[] = [];
  for (const event of events) {
    if (event.type === "message.received" && event.from === "user") break;
    if (event.type === "message.received") texts.push(event.content);
  }
  const called = events.find((event) => event.type === "model.called");
  const told = (called?.added ?? []).flatMap((message) => (message.role === "system" ? [message.content] : []));
  const all = texts.length > 0 ? texts : told;
  return all.length === 0 ? undefined : all.join("\n\n");
}

function endOf(events: readonly RunEvent[]): RecordedTake["ended"] {
  const end = events.findLast((event) => event.type === "run.ended");
  // A trace that does not say how it ended was not seen to fail.
  if (!end) return { outcome: "answered" };
  return { outcome: end.outcome, ...(end.error && { error: plainError(end.error) }) };
}

function withoutGoodbye(turns: readonly OpenTurn[]): readonly OpenTurn[] {
  const last = turns.findLastIndex(({ steps }) => steps.length > 0);
  return turns.slice(0, last + 1);
}
