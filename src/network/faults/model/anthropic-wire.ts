import type { JsonObject } from "../../../kernel/index.ts";
import { type ModelReply, textOfArguments } from "../../../fault/index.ts";
import { jsonOf, streamEvent, type StreamEvent } from "../event-stream.ts";
import {
  argumentsIn,
  keepUsage,
  type ModelWire,
  objectOf,
  objectsOf,
  piecesOf,
  textIn,
  usageIn,
} from "./model-wire.ts";

/** Anthropic's messages. The input of a tool is an object there; a text stands for one that is broken. */
export const anthropicWire: ModelWire = {
  read(body) {
    const blocks = objectsOf(body["content"]);
    return {
      text: blocks.map((block) => textIn(block["text"])).join(""),
      toolRequests: blocks.filter(isCall).map((block) => ({
        callId: textIn(block["id"]),
        tool: textIn(block["name"]),
        arguments: block["input"] ?? {},
      })),
      finishReason: OUR_REASONS[textIn(body["stop_reason"])] ?? "other",
      ...(typeof body["model"] === "string" && { model: body["model"] }),
      ...usageIn(body["usage"]),
    };
  },
  write(body, { before, after }) {
    const kept = objectsOf(body["content"]).filter(({ type }) => type !== "text" && type !== "tool_use");
    const isEmpty = after.text === "" && after.toolRequests.length === 0;
    const content = [
      ...(isEmpty ? [] : kept),
      ...(after.text === "" ? [] : [{ type: "text", text: after.text }]),
      ...after.toolRequests.map(({ callId, tool, arguments: given }) => ({
        type: "tool_use",
        id: callId,
        name: tool,
        input: given,
      })),
    ];
    const reason = before.finishReason === after.finishReason ? (body["stop_reason"] ?? null) : theirReason(after);
    return keepUsage({ ...body, content, stop_reason: reason, model: after.model ?? body["model"] ?? "" }, after);
  },
  fromEvents(events) {
    const told = events.map((event) => objectOf(jsonOf(event)));
    const start = told.find(({ type }) => type === "message_start");
    const end = told.findLast(({ type }) => type === "message_delta");
    if (!start || !end) return undefined;
    const message = objectOf(start["message"]);
    const blocks = told.filter(({ type }) => type === "content_block_start");
    const content = blocks.map(({ index, content_block: block }) => {
      const deltas = told.filter((each) => each["type"] === "content_block_delta" && each["index"] === index);
      return filledBlock(
        objectOf(block),
        deltas.map(({ delta }) => objectOf(delta)),
      );
    });
    const usage = { ...objectOf(message["usage"]), ...objectOf(end["usage"]) };
    return { ...message, ...objectOf(end["delta"]), content, ...(Object.keys(usage).length > 0 && { usage }) };
  },
  toEvents(body) {
    const { content, stop_reason: reason, stop_sequence: sequence, usage, ...head } = body;
    const counted = objectOf(usage);
    const hasUsage = usage !== undefined;
    const start = { ...head, content: [], stop_reason: null, stop_sequence: null, ...(hasUsage && { usage: counted }) };
    return [
      named({ type: "message_start", message: start }),
      ...objectsOf(content).flatMap(blockEvents),
      named({
        type: "message_delta",
        delta: { stop_reason: reason ?? null, stop_sequence: sequence ?? null },
        ...(hasUsage && { usage: { output_tokens: counted["output_tokens"] ?? 0 } }),
      }),
      named({ type: "message_stop" }),
    ];
  },
};

const OUR_REASONS: Readonly<Record<string, ModelReply["finishReason"]>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  tool_use: "tool-calls",
  max_tokens: "length",
  refusal: "refusal",
};

function theirReason({ finishReason }: ModelReply): string | null {
  // Anthropic has no filter of its own in the answer: what is stopped for its content is a refusal.
  if (finishReason === "content-filter") return "refusal";
  if (finishReason === "other" || finishReason === "error") return null;
  return Object.entries(OUR_REASONS).find(([, ours]) => ours === finishReason)?.[0] ?? "end_turn";
}

function isCall({ type }: JsonObject): boolean {
  return type === "tool_use";
}

function filledBlock(block: JsonObject, deltas: readonly JsonObject[]): JsonObject {
  const joined = (key: string) => deltas.map((delta) => textIn(delta[key])).join("");
  if (isCall(block)) return { ...block, input: argumentsIn(joined("partial_json") || "{}") };
  if (block["type"] === "text") return { ...block, text: textIn(block["text"]) + joined("text") };
  if (block["type"] !== "thinking") return block;
  return { ...block, thinking: textIn(block["thinking"]) + joined("thinking"), signature: joined("signature") };
}

function blockEvents(block: JsonObject, index: number): StreamEvent[] {
  const delta = (given: JsonObject) => named({ type: "content_block_delta", index, delta: given });
  const around = (empty: JsonObject, deltas: readonly StreamEvent[]) => [
    named({ type: "content_block_start", index, content_block: empty }),
    ...deltas,
    named({ type: "content_block_stop", index }),
  ];
  if (isCall(block)) {
    const pieces = textOfArguments({ arguments: block["input"] ?? {} }).match(/[^]{1,24}/gu) ?? [];
    return around(
      { ...block, input: {} },
      pieces.map((piece) => delta({ type: "input_json_delta", partial_json: piece })),
    );
  }
  if (block["type"] === "text") {
    return around(
      { ...block, text: "" },
      piecesOf(textIn(block["text"])).map((text) => delta({ type: "text_delta", text })),
    );
  }
  if (block["type"] !== "thinking") return around(block, []);
  return around({ ...block, thinking: "", signature: "" }, [
    delta({ type: "thinking_delta", thinking: textIn(block["thinking"]) }),
    delta({ type: "signature_delta", signature: textIn(block["signature"]) }),
  ]);
}

function named(event: JsonObject): StreamEvent {
  return streamEvent(event, textIn(event["type"]));
}
