import type { ObservedSpan, RunEvent } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";

const T0 = 1_700_000_000_000;
let spanCount = 0;

/** A span from `from` to `to` milliseconds after the beginning. */
export function span(
  [from, to]: readonly [number, number | undefined],
  attributes: JsonObject,
  rest: Partial<ObservedSpan> = {},
): ObservedSpan {
  spanCount += 1;
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: spanCount.toString(16).padStart(16, "0"),
    name: "span",
    startNs: `${T0 + from}000000`,
    ...(to !== undefined && { endNs: `${T0 + to}000000` }),
    attributes,
    resource: {},
    ...rest,
  };
}

export const text = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
export const asks = (id: string | null, name: string, given: Json) => ({
  role: "assistant",
  parts: [{ type: "tool_call", id, name, arguments: given }],
});
export const gives = (id: string | null, response: Json, name?: string) => ({
  role: "tool",
  parts: [{ type: "tool_call_response", id, response, ...(name !== undefined && { name }) }],
});
export const model = (input: readonly Json[], output: Json | undefined, more: JsonObject = {}): JsonObject => ({
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "gpt-4o",
  ...(input.length > 0 && { "gen_ai.input.messages": input }),
  ...(output !== undefined && { "gen_ai.output.messages": [output] }),
  ...more,
});
export const tool = (name: string, more: JsonObject = {}): JsonObject => ({
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": name,
  ...more,
});

export const user = text("user", "Refund W1");
export const ask = asks("c1", "refund", { order: "W1" });
export const answer = text("assistant", "Done.");

/** The log in short: what happened, in order. */
export function story(events: readonly RunEvent[]): string[] {
  return events.map((event) => {
    if (event.type === "model.called") return `model ${event.effect} of ${event.keptCount}+${event.added.length}`;
    if (event.type === "model.returned")
      return `model ${event.effect}: ${event.message?.content ?? ""}${event.error ? "!" : ""}`;
    if (event.type === "tool.called") return `${event.tool} ${event.callId}`;
    if (event.type === "tool.returned")
      return `${event.tool} ${event.callId}: ${event.error?.message ?? JSON.stringify(event.result)}`;
    if (event.type === "message.received") return `user: ${event.content}`;
    if (event.type === "message.sent") return `sent: ${event.content}`;
    return event.type === "run.ended" ? `ended ${event.outcome}` : event.type;
  });
}

export const WHOLE = [
  "run.started",
  "user: Refund W1",
  "model 0 of 0+1",
  "model 0: ",
  "refund c1",
  'refund c1: "ok"',
  "model 2 of 1+2",
  "model 2: Done.",
  "sent: Done.",
  "ended answered",
];
