import type { Json, JsonObject } from "../../../kernel/index.ts";
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

/** OpenAI's chat completions, as most gateways and local servers speak them too. */
export const openAiChatWire: ModelWire = {
  read(body) {
    const { message, finish_reason: reason } = choiceOf(body);
    const said = objectOf(message);
    return {
      text: textIn(said["content"]),
      toolRequests: objectsOf(said["tool_calls"]).map((call) => {
        const called = objectOf(call["function"]);
        return {
          callId: textIn(call["id"]),
          tool: textIn(called["name"]),
          arguments: argumentsIn(textIn(called["arguments"])),
        };
      }),
      finishReason: OUR_REASONS[textIn(reason)] ?? "other",
      ...(typeof body["model"] === "string" && { model: body["model"] }),
      ...usageIn(body["usage"]),
    };
  },
  write(body, { before, after }) {
    const choice = choiceOf(body);
    const isRefusal = after.finishReason === "refusal";
    const message: JsonObject = {
      ...objectOf(choice["message"]),
      content: isRefusal ? null : after.text === "" && after.toolRequests.length > 0 ? null : after.text,
      refusal: isRefusal ? after.text : null,
    };
    const { tool_calls: _, ...withoutCalls } = message;
    const calls = after.toolRequests.map((call) => ({
      id: call.callId,
      type: "function",
      function: { name: call.tool, arguments: textOfArguments(call) },
    }));
    const changed: JsonObject = {
      ...choice,
      message: calls.length === 0 ? withoutCalls : { ...withoutCalls, tool_calls: calls },
      finish_reason:
        before.finishReason === after.finishReason ? (choice["finish_reason"] ?? null) : theirReason(after),
    };
    const model = after.model ?? body["model"];
    return keepUsage({ ...body, ...(model !== undefined && { model }), choices: [changed] }, after);
  },
  fromEvents(events) {
    const chunks = events.map((event) => objectOf(jsonOf(event)));
    const [head] = chunks.filter((chunk) => chunk["object"] === "chat.completion.chunk");
    const choices = chunks.flatMap((chunk) => objectsOf(chunk["choices"])).filter(({ index }) => index === 0);
    const finish = choices.findLast((choice) => typeof choice["finish_reason"] === "string");
    if (!head || !finish) return undefined;
    const usage = chunks.findLast((chunk) => typeof chunk["usage"] === "object" && chunk["usage"] !== null)?.["usage"];
    const deltas = choices.map((choice) => objectOf(choice["delta"]));
    const content = deltas.map((delta) => textIn(delta["content"])).join("");
    const calls = joinCalls(deltas.flatMap((delta) => objectsOf(delta["tool_calls"])));
    return {
      ...envelope(head),
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content, refusal: null, ...(calls.length > 0 && { tool_calls: calls }) },
          finish_reason: finish["finish_reason"] ?? null,
        },
      ],
      ...(usage !== undefined && { usage }),
    };
  },
  toEvents(body) {
    const choice = choiceOf(body);
    const message = objectOf(choice["message"]);
    const chunk = (delta: JsonObject, finish: Json = null): StreamEvent =>
      streamEvent({
        ...envelope(body),
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    const calls = objectsOf(message["tool_calls"]).flatMap((call, index) => {
      const { name, arguments: given } = objectOf(call["function"]);
      const head = chunk({ tool_calls: [{ index, ...call, function: { name: textIn(name), arguments: "" } }] });
      const pieces = textIn(given).match(/[^]{1,24}/gu) ?? [];
      return [head, ...pieces.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] }))];
    });
    const { usage } = body;
    return [
      chunk({ role: "assistant", content: "" }),
      ...piecesOf(textIn(message["refusal"])).map((refusal) => chunk({ refusal })),
      ...piecesOf(textIn(message["content"])).map((content) => chunk({ content })),
      ...calls,
      chunk({}, choice["finish_reason"] ?? null),
      ...(usage === undefined
        ? []
        : [streamEvent({ ...envelope(body), object: "chat.completion.chunk", choices: [], usage })]),
      streamEvent("[DONE]"),
    ];
  },
};

const OUR_REASONS: Readonly<Record<string, ModelReply["finishReason"]>> = {
  stop: "stop",
  tool_calls: "tool-calls",
  length: "length",
  content_filter: "content-filter",
};

function theirReason({ finishReason }: ModelReply): string | null {
  if (finishReason === "other" || finishReason === "error") return null;
  return Object.entries(OUR_REASONS).find(([, ours]) => ours === finishReason)?.[0] ?? "stop";
}

function choiceOf(body: JsonObject): JsonObject {
  return objectsOf(body["choices"])[0] ?? {};
}

function envelope(body: JsonObject): JsonObject {
  const { choices: _, usage: __, object: ___, ...rest } = body;
  return rest;
}

/** Calls come in pieces, each with the index of its call. */
function joinCalls(pieces: readonly JsonObject[]): JsonObject[] {
  const calls = new Map<Json | undefined, { id: string; name: string; given: string }>();
  for (const piece of pieces) {
    const called = objectOf(piece["function"]);
    const call = calls.get(piece["index"]) ?? { id: "", name: "", given: "" };
    calls.set(piece["index"], {
      id: call.id || textIn(piece["id"]),
      name: call.name + textIn(called["name"]),
      given: call.given + textIn(called["arguments"]),
    });
  }
  return [...calls.values()].map(({ id, name, given }) => ({
    id,
    type: "function",
    function: { name, arguments: given },
  }));
}
