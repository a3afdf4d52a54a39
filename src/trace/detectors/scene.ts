import { declarationsOf, type ToolCall, toolCallsOf } from "../../check/index.ts";
import type { Feedback, Message, RunEvent, ToolDeclaration } from "../../domain/index.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { type AgentHistory, figuresOfRun, type RunFigures } from "./agent-history.ts";
import type { AgentRules } from "./agent-rules.ts";

/** A finished run, and what else is known of it. */
export interface DetectedRun {
  readonly events: readonly RunEvent[];
  readonly feedback?: readonly Feedback[];
  /** How earlier runs of the same agent were. */
  readonly history?: AgentHistory;
  readonly rules?: AgentRules;
  /** What the user asked in later runs of the same session. */
  readonly laterRequests?: readonly string[];
}

/** How much of long texts is read. */
const READ = {
  messageStartCharactersMax: 24_000,
  messageEndCharactersMax: 8_000,
} as const;

export interface Said {
  readonly seq: number;
  readonly text: string;
}

/** One thing of the conversation, at the place where it was known. */
export type Moment =
  | { readonly kind: "user" | "answer"; readonly seq: number; readonly said: Said }
  | { readonly kind: "call"; readonly seq: number; readonly call: ToolCall };

/** A run as all detectors read it, read once. */
export class Scene {
  readonly run: DetectedRun;
  readonly events: readonly RunEvent[];
  readonly rules: AgentRules;
  readonly calls: readonly ToolCall[];
  /** What the user said; where no message was recorded, what the prompts hold of it. */
  readonly requests: readonly Said[];
  /** What the user was told; where no message was recorded, the model's answers without tool calls. */
  readonly answers: readonly Said[];
  readonly declarations: ReadonlyMap<string, ToolDeclaration>;
  /** The schema of each tool that the telemetry told; undefined for a tool without one. */
  readonly offered: ReadonlyMap<string, JsonObject | undefined>;
  readonly ended: RunEvent<"run.ended"> | undefined;
  #timeline: readonly Moment[] | undefined;
  #figures: RunFigures | undefined;
  readonly #texts = new Map<ToolCall, string>();
  readonly #lowerTexts = new Map<ToolCall, string>();

  constructor(run: DetectedRun) {
    this.run = run;
    this.events = run.events;
    this.rules = run.rules ?? {};
    const told = toolCallsOf(run.events);
    this.calls = told.length > 0 ? told : requestedCalls(run.events);
    this.requests = requestsIn(run.events);
    this.answers = answersIn(run.events);
    this.declarations = declarationsOf(run.events);
    this.offered = offeredIn(run.events);
    const last = run.events.findLast((event) => event.type === "run.ended");
    this.ended = last?.type === "run.ended" ? last : undefined;
  }

  /** Requests, answers, and calls at the place where their result was known, in order. */
  get timeline(): readonly Moment[] {
    this.#timeline ??= this.#moments().sort((left, right) => left.seq - right.seq);
    return this.#timeline;
  }

  #moments(): Moment[] {
    const moments: Moment[] = [];
    for (const said of this.requests) moments.push({ kind: "user", seq: said.seq, said });
    for (const said of this.answers) moments.push({ kind: "answer", seq: said.seq, said });
    for (const call of this.calls) moments.push({ kind: "call", seq: (call.returned ?? call.called).seq, call });
    return moments;
  }

  get figures(): RunFigures {
    this.#figures ??= figuresOfRun(this.events);
    return this.#figures;
  }

  /** What came back, as text; empty where nothing did. */
  resultText(call: ToolCall): string {
    const known = this.#texts.get(call);
    if (known !== undefined) return known;
    const { result, error } = call.returned ?? {};
    const text = typeof result === "string" ? result : (JSON.stringify(result) ?? error?.message ?? "");
    this.#texts.set(call, text);
    return text;
  }

  /** To find out fast what a result does not hold. */
  lowerResultText(call: ToolCall): string {
    const known = this.#lowerTexts.get(call);
    if (known !== undefined) return known;
    const text = this.resultText(call).toLowerCase();
    this.#lowerTexts.set(call, text);
    return text;
  }
}

/** Of a very long message its beginning and its end: patterns of words are looked for in it, and it may be made to be slow. */
function heard(text: string): string {
  const { messageStartCharactersMax: start, messageEndCharactersMax: end } = READ;
  return text.length <= start + end ? text : `${text.slice(0, start)}\n${text.slice(-end)}`;
}

/** Logs of telemetry keep what the model was offered beside what else it told of the run: name, and schema where known. */
function offeredIn(events: readonly RunEvent[]): ReadonlyMap<string, JsonObject | undefined> {
  const tools = events.find((event) => event.type === "run.started")?.attributes?.["tools"];
  const offered = new Map<string, JsonObject | undefined>();
  for (const tool of Array.isArray(tools) ? tools : []) {
    if (!isJsonObject(tool) || typeof tool["name"] !== "string") continue;
    const { name, inputSchema } = tool;
    offered.set(name, isJsonObject(inputSchema) ? inputSchema : undefined);
  }
  return offered;
}

/** Telemetry without spans of tools: calls are what the model asked for, results what the next prompts hold. */
function requestedCalls(events: readonly RunEvent[]): readonly ToolCall[] {
  if (!events.some((event) => event.type === "model.returned" && event.message?.toolRequests)) return [];
  const told: RunEvent[] = [];
  const openByCallId = new Map<string, RunEvent<"tool.called">>();
  let effect = 0;
  for (const event of events) {
    const { seq, atMs, witness } = event;
    if (event.type === "model.returned") {
      for (const { callId, tool, arguments: given } of event.message?.toolRequests ?? []) {
        const called = { seq, atMs, witness, type: "tool.called", effect, attempt: 1, callId, tool } as const;
        effect += 1;
        openByCallId.set(callId, { ...called, arguments: given });
        told.push({ ...called, arguments: given });
      }
    }
    for (const message of event.type === "model.called" ? event.added : []) {
      if (message.role !== "tool") continue;
      const called = openByCallId.get(message.callId);
      if (!called) continue;
      openByCallId.delete(message.callId);
      told.push({ ...returnOf(message, called), seq, atMs, witness });
    }
  }
  return toolCallsOf(told);
}

function returnOf(message: Extract<Message, { role: "tool" }>, { effect, callId, tool }: RunEvent<"tool.called">) {
  const outcome = message.isError
    ? { error: { name: "ToolError", message: asText(message.result) } }
    : { result: message.result };
  return { type: "tool.returned", effect, callId, tool, durationMs: 0, ...outcome } as const;
}

function asText(value: Json): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

function requestsIn(events: readonly RunEvent[]): Said[] {
  const received: Said[] = [];
  for (const event of events) {
    if (event.type === "message.received" && event.from === "user") received.push(saidIn(event.seq, event.content));
  }
  if (received.length > 0) return received;
  for (const event of events) {
    if (event.type !== "model.called") continue;
    for (const message of event.added) {
      if (message.role === "user") received.push(saidIn(event.seq, message.content));
    }
  }
  return received;
}

function answersIn(events: readonly RunEvent[]): Said[] {
  const sent: Said[] = [];
  for (const event of events) if (event.type === "message.sent") sent.push(saidIn(event.seq, event.content));
  if (sent.length > 0) return sent;
  for (const event of events) {
    if (event.type !== "model.returned" || !event.message || event.message.content === "") continue;
    const { content, toolRequests = [] } = event.message;
    if (toolRequests.length === 0) sent.push(saidIn(event.seq, content));
  }
  return sent;
}

function saidIn(seq: number, content: string): Said {
  return { seq, text: heard(content) };
}
