import type { Message, ToolRequest } from "../../domain/index.ts";
import { equalJson, type Json } from "../../kernel/index.ts";
import { nameResults } from "../messages/normalize-messages.ts";
import { claimRequests } from "./claim-requests.ts";
import { EarlierRequests } from "./earlier-requests.ts";
import { type Effect, type ModelEffect, promptOf, type ToolEffect } from "./effect.ts";
import type { Request } from "./request.ts";
import type { SpanNode } from "./span-forest.ts";

export interface LinkedCalls {
  readonly effects: readonly Effect[];
  /** Calls that are known from messages alone. */
  readonly callsWithoutSpan: number;
}

/**
 * Brings together what models asked for, what tools did and what prompts tell of it: every tool effect gets its call's
 * id, every request without an id one of its own, in answers and prompts alike. A call that was asked for and answered
 * without a span becomes an effect between the two.
 * @param effects in order of start
 */
export function linkCalls(effects: readonly Effect[]): LinkedCalls {
  const models = effects.filter((effect) => effect.kind === "model");
  const tools = effects.filter((effect) => effect.kind === "tool");
  fillAnswersFromPrompts(models);
  const asked = models.map(requestsOf);
  const requests = asked.flat();
  claimRequests(tools, requests);
  nameRequests(requests);
  const earlier = new EarlierRequests(requests);
  for (const [index, model] of models.entries()) {
    nameAnswer(model, asked[index] ?? []);
    namePrompt(model, earlier);
  }
  const conversations = conversationsOf(models);
  const unseen = unseenCalls(conversations, requests);
  fillResults(conversations, [...tools, ...unseen]);
  return { effects: [...effects, ...unseen], callsWithoutSpan: unseen.length };
}

/** An answer nobody told stands in the next prompt, right after the prompt it was the answer to. */
function fillAnswersFromPrompts(models: readonly ModelEffect[]): void {
  const isOpen = ({ reading, error }: ModelEffect) => reading.output === undefined && error === undefined;
  if (!models.some((model) => isOpen(model) && promptOf(model).length > 0)) return;
  const nextLonger = nextLongerPrompts(models);
  for (const [index, model] of models.entries()) {
    const prompt = promptOf(model);
    if (!isOpen(model) || prompt.length === 0) continue;
    const next = nextLonger[index];
    const answer = next === undefined ? undefined : promptOf(next)[prompt.length];
    if (next === undefined || answer?.role !== "assistant" || !beginsWith(promptOf(next), prompt)) continue;
    model.reading = { ...model.reading, output: [answer] };
  }
}

/** For each model call the next one whose prompt has more messages. */
function nextLongerPrompts(models: readonly ModelEffect[]): readonly (ModelEffect | undefined)[] {
  const longer: (ModelEffect | undefined)[] = models.map(() => undefined);
  /** Places of prompts for which no longer one has come, the shortest last. */
  const waiting: number[] = [];
  for (const [index, model] of models.entries()) {
    const { length } = promptOf(model);
    for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
      if (promptOf(models[last]!).length >= length) break;
      longer[last] = model;
      waiting.pop();
    }
    waiting.push(index);
  }
  return longer;
}

function beginsWith(longer: readonly Message[], shorter: readonly Message[]): boolean {
  return shorter.every((message, index) => {
    const other = longer[index];
    return message === other || equalJson(message as unknown as Json, other as unknown as Json);
  });
}

function requestsOf(by: ModelEffect): Request[] {
  const [answer] = by.reading.output ?? [];
  return (answer?.toolRequests ?? []).map((told, index) => ({
    by,
    index,
    told,
    callId: told.callId,
    effect: undefined,
  }));
}

/** Requests that nobody gave an id get one, the same in every reading of the trace. */
function nameRequests(requests: readonly Request[]): void {
  const taken = new Set(requests.map(({ callId }) => callId));
  let count = 0;
  for (const request of requests) {
    if (request.callId === "") {
      do count += 1;
      while (taken.has(`call-${count}`));
      request.callId = `call-${count}`;
    }
    if (request.effect?.callId === "" || request.effect?.callId.startsWith("span-") === true) {
      request.effect.callId = request.callId;
    }
  }
}

function nameAnswer(model: ModelEffect, own: readonly Request[]): void {
  const [answer, ...others] = model.reading.output ?? [];
  if (answer?.toolRequests === undefined || own.every(({ told, callId }) => told.callId === callId)) return;
  const toolRequests = answer.toolRequests.map((told, index) => ({
    ...told,
    callId: own[index]?.callId ?? told.callId,
  }));
  model.reading = { ...model.reading, output: [{ ...answer, toolRequests }, ...others] };
}

/** Calls of a prompt without an id are those that were asked for before, in their order; results answer them in order. */
function namePrompt(model: ModelEffect, earlier: EarlierRequests): void {
  const prompt = promptOf(model);
  if (!prompt.some(lacksId)) return;
  model.reading = { ...model.reading, input: withIds(prompt, earlier.before(model)) };
}

function lacksId(message: Message): boolean {
  if (message.role === "tool") return message.callId === "";
  return message.role === "assistant" && message.toolRequests?.some(({ callId }) => callId === "") === true;
}

function withIds(
  prompt: readonly Message[],
  takeEarlier: (told: ToolRequest) => Request | undefined,
): readonly Message[] {
  const waiting: { readonly tool: string; readonly callId: string }[] = [];
  let unknown = 0;
  const named = prompt.map((message): Message => {
    if (message.role === "assistant" && message.toolRequests !== undefined) {
      const toolRequests = message.toolRequests.map((request) => {
        if (request.callId !== "") return request;
        const known = takeEarlier(request);
        if (known === undefined) unknown += 1;
        return { ...request, callId: known?.callId ?? `earlier-${unknown}` };
      });
      for (const request of toolRequests) waiting.push(request);
      return { ...message, toolRequests };
    }
    if (message.role !== "tool" || message.callId !== "") return message;
    const at = waiting.findIndex(({ tool }) => message.tool === "" || tool === message.tool);
    const [answered] = at === -1 ? [] : waiting.splice(at, 1);
    return { ...message, callId: answered?.callId ?? "" };
  });
  return nameResults(named);
}

/** Requests whose result stands in a later prompt although no span did them. */
function unseenCalls(conversations: readonly (readonly Message[])[], requests: readonly Request[]): ToolEffect[] {
  if (requests.every(({ effect }) => effect !== undefined)) return [];
  const seen = new Map<string, number>();
  for (const { effect, callId } of requests) if (effect !== undefined) seen.set(callId, (seen.get(callId) ?? 0) + 1);
  const results = resultCounts(conversations);
  const unseen: ToolEffect[] = [];
  for (const request of requests) {
    const done = seen.get(request.callId) ?? 0;
    if (request.effect !== undefined || done >= (results.get(request.callId) ?? 0)) continue;
    seen.set(request.callId, done + 1);
    const atNs = request.by.endNs ?? request.by.startNs;
    const effect: ToolEffect = {
      kind: "tool",
      node: undefined,
      startNs: atNs,
      endNs: atNs,
      tool: request.told.tool,
      callId: request.callId,
      arguments: request.told.arguments,
      result: undefined,
      error: undefined,
      sources: [],
      requestedBy: request.by,
      requestIndex: request.index,
    };
    request.effect = effect;
    unseen.push(effect);
  }
  return unseen;
}

/** How many results of a call the fullest conversation holds. */
function resultCounts(conversations: readonly (readonly Message[])[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const messages of conversations) {
    for (const { callId, index } of resultsIn(messages)) most.set(callId, Math.max(index + 1, most.get(callId) ?? 0));
  }
  return most;
}

/** The prompts, and what wrappers say went in and came out: they may hold the last results. */
function conversationsOf(models: readonly ModelEffect[]): (readonly Message[])[] {
  const wrappers = new Set<SpanNode>();
  for (const { node } of models) {
    for (let above = node.parent; above !== undefined && !wrappers.has(above); above = above.parent)
      wrappers.add(above);
  }
  const told = [...wrappers].flatMap(({ reading }) => [reading.input?.messages ?? [], reading.output?.messages ?? []]);
  return [...models.map(promptOf), ...told];
}

/** Some frameworks give every turn's calls the same ids: the n-th result of an id answers its n-th call. */
function resultsIn(messages: readonly Message[]) {
  const counts = new Map<string, number>();
  return messages.flatMap((message) => {
    if (message.role !== "tool") return [];
    const index = counts.get(message.callId) ?? 0;
    counts.set(message.callId, index + 1);
    return [{ callId: message.callId, index, message }];
  });
}

/** What prompts tell of a call its span did not. */
function fillResults(conversations: readonly (readonly Message[])[], tools: readonly ToolEffect[]): void {
  if (!tools.some(({ result, error }) => result === undefined && error === undefined)) return;
  const byId = Map.groupBy(tools, ({ callId }) => callId);
  for (const messages of conversations) {
    for (const { callId, index, message } of resultsIn(messages)) {
      const tool = byId.get(callId)?.[index];
      if (tool === undefined || tool.result !== undefined || tool.error !== undefined) continue;
      tool.result = message.result;
      if (message.isError === true) tool.error = { name: "ToolError", message: shown(message.result) };
    }
  }
}

function shown(result: Json): string {
  return typeof result === "string" ? result : JSON.stringify(result);
}
