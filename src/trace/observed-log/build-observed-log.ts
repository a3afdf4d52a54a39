import type { MicroUsd, NewEvent, ObservedSpan, RunEvent } from "../../domain/index.ts";
import { type LogEntry, logOf } from "../../log/index.ts";
import { costOf, type PriceTable } from "../../model/pricing/index.ts";
import type { ModelReading } from "../span-reading.ts";
import { chooseEffects } from "./choose-effects.ts";
import { describeEnd, describeStart } from "./describe-run.ts";
import type { Effect, ModelEffect, ToolEffect } from "./effect.ts";
import { type Conversation, findConversation } from "./find-conversation.ts";
import { linkCalls } from "./link-calls.ts";
import { OpenEffects } from "./open-effects.ts";
import { orderEffects, type PlacedEffect } from "./order-effects.ts";
import { buildForest, type SpanForest, type SpanRemarks } from "./span-forest.ts";

export interface ObservedLog {
  /** A whole log: with `seq`, the prompts as differences. Empty where there are no spans. */
  readonly events: readonly RunEvent[];
  readonly remarks: ObservedRemarks;
}

export interface ObservedRemarks extends SpanRemarks {
  /** Tool calls that are known from messages alone; when they were made is not. */
  readonly callsWithoutSpan: number;
}

/**
 * The log of one trace: the same for the same set of spans, whichever way and how often they came. Nothing in a span
 * makes it throw.
 * @param options.prices what a call costs whose span tells tokens but no cost
 */
export function buildObservedLog(spans: readonly ObservedSpan[], options: { prices?: PriceTable } = {}): ObservedLog {
  const forest = buildForest(spans);
  const chosen = chooseEffects(forest).sort(byStart);
  const { effects, callsWithoutSpan } = linkCalls(chosen);
  const remarks = { ...forest.remarks, callsWithoutSpan };
  if (forest.nodes.length === 0) return { events: [], remarks };
  const placed = orderEffects(callsWithoutSpan === 0 ? effects : effects.toSorted(byStart));
  const writer = new Writer(forest, options.prices);
  return { events: writer.write(placed, findConversation(forest, placed)), remarks };
}

function byStart(left: Effect, right: Effect): number {
  if (left.startNs !== right.startNs) return left.startNs < right.startNs ? -1 : 1;
  return keyOf(left) < keyOf(right) ? -1 : 1;
}

function keyOf(effect: Effect): string {
  return effect.node?.span.spanId ?? `call ${effect.kind === "tool" ? effect.callId : ""}`;
}

/** An event without what all events of an observed log share. */
type BodyOf<Type extends NewEvent["type"]> = Omit<NewEvent<Type>, "witness" | "atMs">;
type Body = { [Type in NewEvent["type"]]: BodyOf<Type> }[NewEvent["type"]];
type Draft<Value> = { -readonly [Name in keyof Value]: Value[Name] };

class Writer {
  readonly #forest: SpanForest;
  readonly #prices: PriceTable | undefined;
  readonly #entries: LogEntry[] = [];
  readonly #open = new OpenEffects();

  constructor(forest: SpanForest, prices: PriceTable | undefined) {
    this.#forest = forest;
    this.#prices = prices;
  }

  write(placed: readonly PlacedEffect[], { received, between, answer }: Conversation): RunEvent[] {
    const startNs = this.#forest.nodes[0]?.startNs ?? 0n;
    const endNs = latest(this.#forest, startNs);
    this.#add(
      startNs,
      describeStart(
        this.#forest,
        placed.map(({ effect }) => effect),
      ),
    );
    const said = Map.groupBy(received, ({ before }) => before);
    const answered = Map.groupBy(between, ({ before }) => before);
    const first = placed[0];
    this.#receive(startNs, said.get(first) ?? []);
    for (const [effect, place] of placed.entries()) {
      this.#returnUntil(place.startNs);
      for (const { content } of answered.get(place) ?? [])
        this.#add(place.effect.startNs, { type: "message.sent", content });
      if (place !== first) this.#receive(place.effect.startNs, said.get(place) ?? []);
      this.#add(place.effect.startNs, calledEvent(place.effect, effect));
      this.#open.add({ place, effect });
    }
    this.#returnUntil(undefined);
    if (answer !== undefined) this.#add(endNs, { type: "message.sent", ...answer });
    this.#end(placed.at(-1)?.effect, { startNs, endNs, hasAnswer: answer !== undefined });
    return logOf(this.#entries);
  }

  /** @param body is the writer's from now on */
  #add(atNs: bigint, body: Body): void {
    const entry = body as Draft<LogEntry>;
    entry.atMs = milliseconds(atNs);
    entry.witness = "agent";
    this.#entries.push(entry);
  }

  #receive(atNs: bigint, said: Conversation["received"]): void {
    for (const { content } of said) this.#add(atNs, { type: "message.received", from: "user", content });
  }

  /** What had returned by then, in the order in which it did. */
  #returnUntil(untilNs: bigint | undefined): void {
    for (let due = this.#open.take(untilNs); due !== undefined; due = this.#open.take(untilNs)) {
      const { place, effect } = due;
      const body = returnedEvent(place.effect, effect, this.#prices);
      if (body !== undefined) this.#add(place.effect.endNs ?? place.effect.startNs, body);
    }
  }

  #end(
    last: Effect | undefined,
    { startNs, endNs, hasAnswer }: { startNs: bigint; endNs: bigint; hasAnswer: boolean },
  ): void {
    const end = describeEnd(this.#forest, { hasAnswer, last });
    if (end !== undefined) this.#add(endNs, { type: "run.ended", ...end, durationMs: duration(endNs - startNs) });
  }
}

function latest({ nodes }: SpanForest, startNs: bigint): bigint {
  return nodes.reduce((last, node) => {
    const end = node.endNs ?? node.startNs;
    return end > last ? end : last;
  }, startNs);
}

function calledEvent(effect: Effect, number: number): Body {
  if (effect.kind === "tool") {
    const { callId, tool, arguments: given = null } = effect;
    return { type: "tool.called", effect: number, attempt: 1, callId, tool, arguments: given };
  }
  const { provider, requested, answered, input = [], tools, settings } = effect.reading;
  const called: Draft<BodyOf<"model.called">> = {
    type: "model.called",
    effect: number,
    attempt: 1,
    provider: provider ?? "unknown",
    model: requested ?? answered ?? "unknown",
    keptCount: 0,
    added: input,
    toolNames: tools === undefined ? [] : tools.map(({ name }) => name),
  };
  if (settings !== undefined) called.settings = settings;
  return called;
}

function returnedEvent(effect: Effect, number: number, prices: PriceTable | undefined): Body | undefined {
  return effect.kind === "tool" ? toolReturned(effect, number) : modelReturned(effect, number, prices);
}

/** A span without an end that tells nothing of one is still under way. */
function toolReturned(effect: ToolEffect, number: number): Body | undefined {
  const { endNs, callId, tool, result, error, sources } = effect;
  if (endNs === undefined && result === undefined && error === undefined) return undefined;
  const durationMs = durationOf(effect);
  const returned: Draft<BodyOf<"tool.returned">> = { type: "tool.returned", effect: number, durationMs, callId, tool };
  if (result !== undefined) returned.result = result;
  if (error !== undefined) returned.error = error;
  if (sources.length > 0) returned.sources = sources;
  return returned;
}

function modelReturned(effect: ModelEffect, number: number, prices: PriceTable | undefined): Body | undefined {
  const { reading, error, endNs } = effect;
  const message = reading.output?.[0];
  if (endNs === undefined && message === undefined && error === undefined) return undefined;
  const { answered, finishReason, usage } = reading;
  const durationMs = durationOf(effect);
  const returned: Partial<Draft<BodyOf<"model.returned">>> = { type: "model.returned", effect: number, durationMs };
  if (answered !== undefined) returned.model = answered;
  if (message !== undefined) returned.message = message;
  if (finishReason !== undefined) returned.finishReason = finishReason;
  if (usage !== undefined) returned.usage = usage;
  returned.costMicroUsd = priceOf(reading, prices);
  if (error !== undefined) returned.error = error;
  return returned as BodyOf<"model.returned">;
}

function priceOf({ costMicroUsd, answered, requested, usage }: ModelReading, prices?: PriceTable): MicroUsd | null {
  if (costMicroUsd !== undefined) return costMicroUsd;
  const table = prices === undefined ? {} : { prices };
  for (const model of [answered, requested]) {
    const cost = model === undefined ? null : costOf({ model, usage, ...table });
    if (cost !== null) return cost;
  }
  return null;
}

function durationOf({ startNs, endNs }: Effect): number {
  return endNs === undefined || endNs < startNs ? 0 : duration(endNs - startNs);
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n);
}

function duration(nanoseconds: bigint): number {
  return Math.round(Number(nanoseconds) / 1_000_000);
}
