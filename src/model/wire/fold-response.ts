import type { JsonObject } from "../../kernel/index.ts";
import { countOf, objectOf, objectsOf, stringOf } from "./json-fields.ts";
import type { FoldedStream } from "./wire-format.ts";

/** The events of a Responses stream as one response: its last state, or what its pieces make where no end came. */
export function foldResponse(events: readonly JsonObject[]): FoldedStream {
  let response: JsonObject = {};
  let error: JsonObject | undefined;
  let isEnded = false;
  const items = new Map<number, JsonObject>();
  for (const event of events) {
    const type = stringOf(event["type"]);
    if ("response" in event) response = objectOf(event["response"]);
    if (/^response\.(completed|incomplete|failed)$/.test(type)) isEnded = true;
    if (type === "response.failed") error = response;
    if (type === "error") error = event;
    const index = countOf(event["output_index"]);
    if (index !== undefined) items.set(index, grown(items.get(index) ?? {}, type, event));
  }
  const pieces = [...items].sort(([left], [right]) => left - right).map(([, item]) => item);
  // The end repeats the whole output; servers that leave it out have sent every piece.
  const output = isEnded && objectsOf(response["output"]).length > 0 ? response["output"] : pieces;
  return { body: { ...response, output }, isEnded, ...(error && { error }) };
}

function grown(item: JsonObject, type: string, event: JsonObject): JsonObject {
  const delta = stringOf(event["delta"]);
  switch (type) {
    case "response.output_item.added":
    case "response.output_item.done":
      return { ...item, ...objectOf(event["item"]) };
    case "response.output_text.delta":
    case "response.refusal.delta":
      return { ...item, type: "message", role: "assistant", content: [{ text: textSoFar(item["content"]) + delta }] };
    case "response.reasoning_summary_text.delta":
    case "response.reasoning_text.delta":
      return { ...item, type: "reasoning", summary: [{ text: textSoFar(item["summary"]) + delta }] };
    case "response.function_call_arguments.delta":
      return { ...item, arguments: stringOf(item["arguments"]) + delta };
    case "response.custom_tool_call_input.delta":
      return { ...item, input: stringOf(item["input"]) + delta };
    default:
      return item;
  }
}

function textSoFar(parts: JsonObject[string]): string {
  return objectsOf(parts)
    .map(({ text }) => stringOf(text))
    .join("");
}
