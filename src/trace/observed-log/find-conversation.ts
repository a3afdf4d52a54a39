import type { Message } from "../../domain/index.ts";
import { isJsonObject, type Json } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { type ModelEffect, promptOf } from "./effect.ts";
import { KnownWords, lastWords } from "./known-words.ts";
import type { PlacedEffect } from "./order-effects.ts";
import { nearestAbove, type SpanForest, type SpanNode } from "./span-forest.ts";

/** What the user and the agent said to each other, and before which effect; `undefined`: at the end. */
export interface Conversation {
  readonly received: readonly { readonly content: string; readonly before: PlacedEffect | undefined }[];
  /** What the agent said before the user spoke again. */
  readonly between: readonly { readonly content: string; readonly before: PlacedEffect }[];
  readonly answer: { readonly content: string; readonly data?: Json } | undefined;
}

/** @param placed the effects in the log's order */
export function findConversation(forest: SpanForest, placed: readonly PlacedEffect[]): Conversation {
  const wrappers = outermost(forest);
  const models: PlacedModel[] = [];
  for (const place of placed) if (place.effect.kind === "model") models.push({ place, model: place.effect });
  const request = firstWith(wrappers, requestIn) ?? firstWith(models, ({ model }) => lastWords(promptOf(model))) ?? [];
  const later = laterTurns(models, request);
  const answer = answerOf(wrappers, models);
  return {
    received: [...request.map((content) => ({ content, before: placed[0] })), ...later.received],
    between: later.between,
    answer,
  };
}

function firstWith<Item>(items: readonly Item[], textsOf: (item: Item) => string[]): string[] | undefined {
  for (const item of items) {
    const texts = textsOf(item);
    if (texts.length > 0) return texts;
  }
  return undefined;
}

/** Roots, then agents that no other agent wraps: whoever speaks with the user. Model and tool calls are no wrappers. */
function outermost({ nodes, roots }: SpanForest): SpanNode[] {
  const agents = nodes.filter(
    (node) =>
      node.parent !== undefined &&
      node.reading.kind === "agent" &&
      nearestAbove(node, ({ reading }) => ["agent", "tool", "model"].includes(reading.kind)) === undefined,
  );
  return [...roots.filter(({ reading }) => reading.kind === "agent" || reading.kind === "other"), ...agents];
}

function requestIn({ reading, parent }: SpanNode): string[] {
  const messages = reading.input?.messages ?? [];
  const last = lastWords(messages);
  // A state that holds the whole conversation ends with the answer.
  if (last.length > 0 || messages.length > 0) return last.length > 0 ? last : firstWords(messages);
  const isSpoken = parent === undefined || reading.kind === "agent";
  const text = isSpoken ? plainText(reading.input?.value, "input") : undefined;
  return text === undefined ? [] : [text];
}

function firstWords(messages: readonly Message[]): string[] {
  const first = messages.find(({ role }) => role === "user");
  return first?.role === "user" && first.content !== "" ? [first.content] : [];
}

/** What a wrapper's value is about, where more than a text is in it. */
const MAIN_MEMBERS = {
  input: ["prompt", "question", "query", "input", "message"],
  output: ["output", "answer", "result", "response"],
};

/** What was asked or said, as a text or in a function's arguments or answer. */
function plainText(value: Json | undefined, side: "input" | "output"): string | undefined {
  if (value === undefined) return undefined;
  const members = isJsonObject(value) ? MAIN_MEMBERS[side].map((name) => value[name]) : [];
  const member = members.find((each) => typeof each === "string" && each !== "");
  if (typeof member === "string") return member;
  const [message] = normalizeMessages(value, { side, isPlainMessage: true })?.messages ?? [];
  return message !== undefined && "content" in message && message.content !== "" ? message.content : undefined;
}

interface PlacedModel {
  readonly place: PlacedEffect;
  readonly model: ModelEffect;
}

/** The user's words that later prompts of the same conversation hold and earlier ones did not. */
function laterTurns(
  models: readonly PlacedModel[],
  request: readonly string[],
): Pick<Conversation, "received" | "between"> {
  const received: { content: string; before: PlacedEffect }[] = [];
  const between: { content: string; before: PlacedEffect }[] = [];
  const main = models.find(({ model }) => firstUserWords(promptOf(model)) !== undefined);
  if (main === undefined) return { received, between };
  const opening = firstUserWords(promptOf(main.model));
  const known = new KnownWords(promptOf(main.model), request);
  for (const { place, model } of models) {
    const prompt = promptOf(model);
    if (model === main.model || firstUserWords(prompt) !== opening) continue;
    const fresh = known.freshIn(prompt);
    const last = fresh.length === 0 ? undefined : prompt.findLast(({ role }) => role === "assistant");
    if (last?.role === "assistant" && last.content !== "") between.push({ content: last.content, before: place });
    for (const content of fresh) received.push({ content, before: place });
  }
  return { received, between };
}

function firstUserWords(messages: readonly Message[]): string | undefined {
  for (const message of messages) if (message.role === "user") return message.content;
  return undefined;
}

function answerOf(wrappers: readonly SpanNode[], models: readonly PlacedModel[]): Conversation["answer"] {
  const roots = wrappers.filter(({ parent }) => parent === undefined);
  const agents = wrappers.filter(({ parent }) => parent !== undefined).toSorted(latestEnd);
  const told = [...roots, ...agents].map(saidBy).find((text) => text !== undefined);
  const text = told ?? lastAnswer(models);
  if (text !== undefined) return { content: text };
  const silent = roots.filter(({ reading }) => reading.output?.messages === undefined);
  const data = silent
    .map(({ reading }) => reading.output?.value)
    .find((value) => value !== undefined && value !== null);
  return data === undefined ? undefined : { content: JSON.stringify(data), data };
}

function saidBy({ reading }: SpanNode): string | undefined {
  const last = reading.output?.messages?.findLast(({ role }) => role === "assistant");
  if (last?.role === "assistant" && last.content !== "" && last.toolRequests === undefined) return last.content;
  return last === undefined ? plainText(reading.output?.value, "output") : undefined;
}

function latestEnd(left: SpanNode, right: SpanNode): number {
  const [first, second] = [left.endNs ?? left.startNs, right.endNs ?? right.startNs];
  return first > second ? -1 : first < second ? 1 : 0;
}

function lastAnswer(models: readonly PlacedModel[]): string | undefined {
  const final = models.at(-1)?.model.reading.output?.[0];
  if (final === undefined || final.content === "" || (final.toolRequests?.length ?? 0) > 0) return undefined;
  return final.content;
}
