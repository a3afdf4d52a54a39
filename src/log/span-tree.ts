import type { RunEvent } from "../domain/index.ts";
import type { JsonObject } from "../kernel/index.ts";
import { type AnsweringEvent, type AskingEvent, isAnswering, isAsking } from "./effect-identity.ts";
import { calledAttributes, returnedAttributes, runAttributes, spanName } from "./span-attributes.ts";
import { prompts } from "./prompts.ts";

export type SpanKind = "run" | "model" | "tool" | "http" | "approval" | "memory" | "sleep";

/** A stretch of a run, named and described as OpenTelemetry's conventions for generative AI have it. */
export interface Span {
  readonly kind: SpanKind;
  readonly name: string;
  readonly startMs: number;
  /** null: it did not end, or not yet. */
  readonly endMs: number | null;
  readonly status: "ok" | "error" | "unfinished";
  readonly attributes: JsonObject;
  /** Of the event that began it. */
  readonly seq: number;
  readonly children: readonly Span[];
}

export interface SpanOptions {
  /** Also what was said: prompts, answers, arguments and results. */
  readonly withContent?: boolean;
}

/** The run with its effects in the order they began; undefined for an empty log. Each attempt is a span. */
export function spanTree(events: readonly RunEvent[], { withContent = false }: SpanOptions = {}): Span | undefined {
  const first = events[0];
  if (first === undefined) return undefined;
  const promptsBySeq = new Map(withContent ? prompts(events).map((prompt) => [prompt.seq, prompt.messages]) : []);
  const children = pairs(events).map(({ called, returned }) =>
    effectSpan(called, returned, {
      ...calledAttributes(called, withContent ? { prompt: promptsBySeq.get(called.seq) ?? [] } : undefined),
      ...(returned === undefined ? {} : returnedAttributes(returned, withContent)),
    }),
  );
  const started = events.find((event) => event.type === "run.started");
  const ended = events.findLast((event) => event.type === "run.ended");
  return {
    kind: "run",
    name: spanName(started?.type === "run.started" ? started : undefined),
    startMs: first.atMs,
    endMs: ended?.atMs ?? null,
    status: ended?.type !== "run.ended" ? "unfinished" : ended.outcome === "answered" ? "ok" : "error",
    attributes: runAttributes(events, withContent),
    seq: first.seq,
    children,
  };
}

function effectSpan(called: AskingEvent, returned: AnsweringEvent | undefined, attributes: JsonObject): Span {
  const isFailed = returned !== undefined && "error" in returned && returned.error !== undefined;
  return {
    kind: kindOf(called),
    name: spanName(called),
    startMs: called.atMs,
    endMs: returned === undefined ? null : called.atMs + ("durationMs" in returned ? returned.durationMs : 0),
    status: returned === undefined ? "unfinished" : isFailed ? "error" : "ok",
    attributes,
    seq: called.seq,
    children: [],
  };
}

interface Pair {
  readonly called: AskingEvent;
  returned: AnsweringEvent | undefined;
}

/** Every attempt with its answer. Reading the clock and drawing numbers take no time and make no span. */
function pairs(events: readonly RunEvent[]): Pair[] {
  const all: Pair[] = [];
  const open = new Map<number, Pair>();
  for (const event of events) {
    if (event.type === "clock.read" || event.type === "random.drawn") continue;
    if (isAsking(event)) {
      const pair: Pair = { called: event, returned: undefined };
      all.push(pair);
      open.set(event.effect, pair);
    } else if (isAnswering(event)) {
      const pair = open.get(event.effect);
      if (pair !== undefined) pair.returned = event;
      open.delete(event.effect);
    }
  }
  return all;
}

function kindOf(called: AskingEvent): SpanKind {
  return called.type.slice(0, called.type.indexOf(".")) as SpanKind;
}
