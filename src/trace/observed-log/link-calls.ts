import type { Message, ToolRequest } from "../../domain/index.ts";
import { canonicalJson, equalJson, type Json } from "../../kernel/index.ts";
import { nameResults } from "../messages/normalize-messages.ts";
import { type Effect, type ModelEffect, promptOf, type ToolEffect } from "./effect.ts";
import type { SpanNode } from "./span-forest.ts";

/** A call as a model asked for it. */
interface Request {
  readonly by: ModelEffect;
  /** Its place in the answer. */
  readonly index: number;
  readonly told: ToolRequest;
  readonly argumentsText: string;
  /** As in the log: told by the model, by the tool's span, or made up. */
  callId: string;
  effect: ToolEffect | undefined;
}

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
  const requests = models.flatMap(requestsOf);
  claimRequests(tools, requests);
  nameRequests(requests);
  const byModel = Map.groupBy(requests, ({ by }) => by);
  for (const model of models) {
    nameAnswer(model, byModel.get(model) ?? []);
    namePrompt(model, requests);
  }
  const conversations = conversationsOf(models);
  const unseen = unseenCalls(conversations, requests);
  fillResults(conversations, [...tools, ...unseen]);
  return { effects: [...effects, ...unseen], callsWithoutSpan: unseen.length };
}

/** An answer nobody told stands in the next prompt, right after the prompt it was the answer to. */
function fillAnswersFromPrompts(models: readonly ModelEffect[]): void {
  for (const [index, model] of models.entries()) {
    const prompt = promptOf(model);
    if (model.reading.output !== undefined || model.error !== undefined || prompt.length === 0) continue;
    const next = models.slice(index + 1).find((later) => promptOf(later).length > prompt.length);
    const answer = next === undefined ? undefined : promptOf(next)[prompt.length];
    if (next === undefined || answer?.role !== "assistant" || !beginsWith(promptOf(next), prompt)) continue;
    model.reading = { ...model.reading, output: [answer] };
  }
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
    argumentsText: canonicalJson(told.arguments),
    callId: told.callId,
    effect: undefined,
  }));
}

/** Tools that tell an id first: what they answer is sure. */
function claimRequests(tools: readonly ToolEffect[], requests: readonly Request[]): void {
  const open = new Map<string, Request[]>();
  for (const request of requests) {
    for (const key of keysOf(request)) {
      const list = open.get(key) ?? [];
      open.set(key, list);
      list.push(request);
    }
  }
  for (const tool of tools) if (tool.callId !== "") claim(tool, open.get(`id ${tool.callId}`));
  for (const tool of tools) {
    if (tool.requestedBy !== undefined) continue;
    const exact = `call ${tool.tool} ${canonicalJson(tool.arguments)}`;
    if (!claim(tool, open.get(exact))) claim(tool, open.get(`tool ${tool.tool}`), { isGuess: true });
  }
  for (const tool of tools) if (tool.callId === "") tool.callId = `span-${tool.node?.span.spanId ?? ""}`;
}

function keysOf({ told, argumentsText }: Request): string[] {
  const byId = told.callId === "" ? [] : [`id ${told.callId}`];
  return [...byId, `call ${told.tool} ${argumentsText}`, `tool ${told.tool}`];
}

/** The earliest open request; by the tool's name alone only one that was made before the tool began. */
function claim(tool: ToolEffect, candidates: readonly Request[] = [], { isGuess = false } = {}): boolean {
  const free = candidates.filter((request) => request.effect === undefined && mayBelong(request, tool));
  const before = free.filter(({ by }) => by.startNs <= tool.startNs);
  const request = before[0] ?? (isGuess ? undefined : free[0]);
  if (request === undefined) return false;
  request.effect = tool;
  tool.requestedBy = request.by;
  tool.requestIndex = request.index;
  tool.arguments ??= request.told.arguments;
  if (tool.callId === "") tool.callId = request.callId;
  else if (request.callId === "") request.callId = tool.callId;
  return true;
}

/** Two ids that differ are two calls. */
function mayBelong({ told }: Request, tool: ToolEffect): boolean {
  return told.callId === "" || tool.callId === "" || told.callId === tool.callId;
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
  if (answer?.toolRequests === undefined) return;
  const toolRequests = answer.toolRequests.map((told, index) => ({
    ...told,
    callId: own[index]?.callId ?? told.callId,
  }));
  model.reading = { ...model.reading, output: [{ ...answer, toolRequests }, ...others] };
}

/** Calls of a prompt without an id are those that were asked for before, in their order; results answer them in order. */
function namePrompt(model: ModelEffect, requests: readonly Request[]): void {
  const prompt = promptOf(model);
  if (!prompt.some(lacksId)) return;
  const earlier = requests.filter(({ by }) => by !== model && by.startNs <= model.startNs);
  model.reading = { ...model.reading, input: withIds(prompt, earlier) };
}

function lacksId(message: Message): boolean {
  if (message.role === "tool") return message.callId === "";
  return message.role === "assistant" && message.toolRequests?.some(({ callId }) => callId === "") === true;
}

function withIds(prompt: readonly Message[], earlier: readonly Request[]): readonly Message[] {
  const used = new Set<Request>();
  const waiting: { readonly tool: string; readonly callId: string }[] = [];
  let unknown = 0;
  const named = prompt.map((message): Message => {
    if (message.role === "assistant" && message.toolRequests !== undefined) {
      const toolRequests = message.toolRequests.map((request) => {
        if (request.callId !== "") return request;
        const known = findRequest(request, earlier, used);
        if (known !== undefined) used.add(known);
        else unknown += 1;
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

function findRequest(request: ToolRequest, earlier: readonly Request[], used: ReadonlySet<Request>) {
  const argumentsText = canonicalJson(request.arguments);
  return earlier.find(
    (known) => !used.has(known) && known.told.tool === request.tool && known.argumentsText === argumentsText,
  );
}

/** Requests whose result stands in a later prompt although no span did them. */
function unseenCalls(conversations: readonly (readonly Message[])[], requests: readonly Request[]): ToolEffect[] {
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
