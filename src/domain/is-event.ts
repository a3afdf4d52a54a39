import type { EventType, NewEvent } from "./run-event.ts";
import { WITNESSES_STRONG_TO_WEAK } from "./witness.ts";

/** Is this value what its reader takes it for? */
type Is = (value: unknown) => boolean;

const anything: Is = (value) => value !== undefined;
const text: Is = (value) => typeof value === "string";
const number: Is = (value) => Number.isFinite(value);
const truth: Is = (value) => typeof value === "boolean";
const oneOf =
  (...words: readonly string[]): Is =>
  (value) =>
    words.includes(value as string);
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);
const optional =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value);
const object =
  (fields: Readonly<Record<string, Is>>): Is =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(fields).every(([name, is]) => is((value as Record<string, unknown>)[name]));

const error = object({
  name: text,
  message: text,
  status: optional(number),
  retryAfterMs: optional(number),
  where: optional(text),
});
const count = optional(number);
const usage = object({ inputTokens: count, outputTokens: count, cachedInputTokens: count, reasoningTokens: count });
const toolRequests = optional(listOf(object({ callId: text, tool: text })));
const assistant = object({ role: oneOf("assistant"), content: text, reasoning: optional(text), toolRequests });
const said = object({ role: oneOf("system", "user"), content: text });
const toolResult = object({ role: oneOf("tool"), callId: text, tool: text });
const message: Is = (value) => assistant(value) || said(value) || toolResult(value);
const declaration = object({ name: text });
const user = object({ id: text, grants: listOf(text) });

const called = { effect: number, attempt: number };
const returned = { effect: number, durationMs: number, error: optional(error) };
const call = { callId: text, tool: text };
const maybeCall = { callId: optional(text), tool: optional(text) };

/**
 * What readers of each event rely on. What only checks read (declarations, sources, labels) is not looked into: a check
 * that breaks is void and says why, while an event that is left out would make it blind.
 */
const FIELDS: Readonly<Record<EventType, Readonly<Record<string, Is>>>> = {
  "run.started": {
    schemaVersion: number,
    agent: object({ name: text, version: text }),
    origin: oneOf("trial", "live", "observed"),
    user: optional(user),
    tools: optional(listOf(declaration)),
  },
  "run.resumed": { attempt: number, because: oneOf("crash", "decision", "timer", "handover"), version: text },
  "run.paused": { on: oneOf("approval", "sleep", "doubt", "version"), effects: listOf(number) },
  "message.received": { from: oneOf("user", "system"), content: text, effect: optional(number) },
  "message.sent": { content: text },
  "model.called": {
    ...called,
    provider: text,
    model: text,
    keptCount: number,
    added: listOf(message),
    toolNames: listOf(text),
  },
  "model.streamed": { effect: number, attempt: number, text: optional(text), reasoning: optional(text) },
  "model.reset": { effect: number, attempt: number },
  "model.returned": {
    ...returned,
    model: optional(text),
    message: optional(assistant),
    finishReason: optional(text),
    usage: optional(usage),
    costMicroUsd: (value) => value === null || number(value),
  },
  "tool.called": { ...called, ...call, arguments: anything, declaration: optional(declaration) },
  "tool.returned": { ...returned, ...call },
  "http.called": { ...called, method: text, url: text },
  "http.returned": { ...returned, status: optional(number) },
  "sleep.called": { ...called, ms: number },
  "sleep.returned": returned,
  "approval.requested": { ...called, ...maybeCall, inputSchema: optional(object({})), reason: text },
  "approval.decided": { ...returned, ...maybeCall, decision: oneOf("approved", "denied", "edited"), by: text },
  "doubt.settled": { effect: number, attempt: number, decision: oneOf("happened", "repeat", "failed"), by: text },
  "memory.called": { ...called, operation: oneOf("read", "write", "search", "erase"), key: text },
  "memory.returned": returned,
  "clock.read": { effect: number, valueMs: number },
  "random.drawn": { effect: number, value: number },
  "fault.injected": { on: text, fault: text, effect: optional(number) },
  "replay.ended": {
    take: text,
    answeredCount: number,
    misses: listOf(object({ tool: text, arguments: anything })),
    unused: listOf(object({ tool: text, arguments: anything })),
  },
  "sandbox.closed": { level: text, limitedBy: optional(text), accelerator: optional(text) },
  "state.captured": { changes: listOf(object({ path: text })) },
  "output.captured": { stream: oneOf("stdout", "stderr"), text, bytes: number, isTruncated: truth },
  "run.ended": {
    outcome: oneOf("answered", "failed", "timeout", "exited", "cancelled"),
    durationMs: number,
    error: optional(error),
  },
};

const stamped = object({ type: text, atMs: number, witness: oneOf(...WITNESSES_STRONG_TO_WEAK) });

/** Is this value, from somebody we do not trust, an event that whoever reads it can rely on? */
export function isEvent(value: unknown): value is NewEvent {
  if (!stamped(value)) return false;
  const { type } = value as { readonly type: string };
  return Object.hasOwn(FIELDS, type) && object(FIELDS[type as EventType])(value);
}
