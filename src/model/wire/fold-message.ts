import type { Json, JsonObject } from "../../kernel/index.ts";
import { countOf, objectOf, stringOf } from "./json-fields.ts";
import type { FoldedStream } from "./wire-format.ts";

interface Block {
  readonly head: JsonObject;
  text: string;
  thinking: string;
  inputText: string;
}

/** The events of an Anthropic stream as the message they make. */
export function foldMessage(events: readonly JsonObject[]): FoldedStream {
  let message: JsonObject = {};
  let usage: JsonObject = {};
  let stopReason: Json = null;
  let error: JsonObject | undefined;
  const blocks = new Map<number, Block>();
  for (const event of events) {
    const index = countOf(event["index"]) ?? 0;
    const delta = objectOf(event["delta"]);
    switch (event["type"]) {
      case "message_start":
        message = objectOf(event["message"]);
        usage = told(message["usage"]);
        stopReason = message["stop_reason"] ?? stopReason;
        break;
      case "content_block_start":
        blocks.set(index, openBlock(objectOf(event["content_block"])));
        break;
      case "content_block_delta":
        addDelta(blocks.get(index), delta);
        break;
      case "message_delta":
        stopReason = delta["stop_reason"] ?? stopReason;
        // Counts are of the whole message so far, and a field that is left out did not change.
        usage = { ...usage, ...told(event["usage"]) };
        break;
      case "error":
        error = event;
        break;
      default:
    }
  }
  const content = [...blocks].sort(([left], [right]) => left - right).map(([, block]) => closedBlock(block));
  return {
    body: { ...message, content, stop_reason: stopReason, usage },
    isEnded: typeof stopReason === "string",
    ...(error && { error }),
  };
}

function told(usage: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(usage)).filter(([, value]) => value !== null));
}

function openBlock(head: JsonObject): Block {
  return { head, text: stringOf(head["text"]), thinking: stringOf(head["thinking"]), inputText: "" };
}

function addDelta(block: Block | undefined, delta: JsonObject): void {
  if (!block) return;
  if (delta["type"] === "text_delta") block.text += stringOf(delta["text"]);
  else if (delta["type"] === "thinking_delta") block.thinking += stringOf(delta["thinking"]);
  else if (delta["type"] === "input_json_delta") block.inputText += stringOf(delta["partial_json"]);
}

function closedBlock({ head, text, thinking, inputText }: Block): JsonObject {
  if (head["type"] === "text") return { ...head, text };
  if (head["type"] === "thinking") return { ...head, thinking };
  return inputText === "" ? head : { ...head, input: inputText };
}
