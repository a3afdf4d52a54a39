import { isJsonObject, type JsonObject } from "../../../kernel/index.ts";
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

/** OpenAI's responses. */
export const openAiResponsesWire: ModelWire = {
  read(body) {
    const output = objectsOf(body["output"]);
    const parts = output.flatMap((item) => (item["type"] === "message" ? objectsOf(item["content"]) : []));
    const refusal = parts.find(({ type }) => type === "refusal");
    const calls = output.filter(({ type }) => type === "function_call");
    return {
      text: refusal ? textIn(refusal["refusal"]) : parts.map((part) => textIn(part["text"])).join(""),
      toolRequests: calls.map((call) => ({
        callId: textIn(call["call_id"]),
        tool: textIn(call["name"]),
        arguments: argumentsIn(textIn(call["arguments"])),
      })),
      finishReason: refusal ? "refusal" : finishOf(body, calls.length),
      ...(typeof body["model"] === "string" && { model: body["model"] }),
      ...usageIn(body["usage"]),
    };
  },
  write(body, { after }) {
    const output = objectsOf(body["output"]);
    const kept = output.filter(({ type }) => type !== "message" && type !== "function_call");
    const said =
      after.finishReason === "refusal"
        ? { type: "refusal", refusal: after.text }
        : { type: "output_text", text: after.text, annotations: [] };
    const isEmpty = after.text === "" && after.toolRequests.length === 0;
    const message = {
      id: "msg_0",
      ...output.find(({ type }) => type === "message"),
      type: "message",
      role: "assistant",
      status: "completed",
      content: [said],
    };
    const calls = after.toolRequests.map((call, index) => ({
      type: "function_call",
      id: `fc_${index}`,
      status: after.finishReason === "length" ? "incomplete" : "completed",
      call_id: call.callId,
      name: call.tool,
      arguments: textOfArguments(call),
    }));
    const reason = INCOMPLETE[after.finishReason];
    return keepUsage(
      {
        ...body,
        model: after.model ?? body["model"] ?? "",
        status: reason === undefined ? "completed" : "incomplete",
        incomplete_details: reason === undefined ? null : { reason },
        output: [...(isEmpty ? [] : kept), ...(after.text === "" ? [] : [message]), ...calls],
        ...(typeof body["output_text"] === "string" && { output_text: after.text }),
      },
      after,
    );
  },
  fromEvents(events) {
    const end = events.map((event) => objectOf(jsonOf(event))).findLast(({ type }) => ENDS.includes(textIn(type)));
    return isJsonObject(end?.["response"]) ? end["response"] : undefined;
  },
  toEvents(body) {
    const started = { ...body, status: "in_progress", output: [], usage: null };
    const type = body["status"] === "incomplete" ? "response.incomplete" : "response.completed";
    const events: JsonObject[] = [
      { type: "response.created", response: started },
      { type: "response.in_progress", response: started },
      ...objectsOf(body["output"]).flatMap(itemEvents),
      { type, response: body },
    ];
    return events.map((event, index): StreamEvent =>
      streamEvent({ ...event, sequence_number: index }, textIn(event["type"])),
    );
  },
};

const ENDS: readonly string[] = ["response.completed", "response.incomplete"];

const INCOMPLETE: Readonly<Partial<Record<ModelReply["finishReason"], string>>> = {
  length: "max_output_tokens",
  "content-filter": "content_filter",
};

function finishOf(body: JsonObject, callCount: number): ModelReply["finishReason"] {
  const { reason } = objectOf(body["incomplete_details"]);
  const ours = Object.entries(INCOMPLETE).find(([, theirs]) => theirs === reason)?.[0];
  if (ours !== undefined) return ours as ModelReply["finishReason"];
  return callCount > 0 ? "tool-calls" : "stop";
}

function itemEvents(item: JsonObject, index: number): JsonObject[] {
  const at = { output_index: index, item_id: textIn(item["id"]) };
  const around = (empty: JsonObject, inner: readonly JsonObject[]): JsonObject[] => [
    { type: "response.output_item.added", output_index: index, item: { ...empty, status: "in_progress" } },
    ...inner,
    { type: "response.output_item.done", output_index: index, item },
  ];
  if (item["type"] === "function_call") {
    const given = textIn(item["arguments"]);
    const kind = "response.function_call_arguments";
    const deltas = (given.match(/[^]{1,24}/gu) ?? []).map((delta) => ({ type: `${kind}.delta`, ...at, delta }));
    return around({ ...item, arguments: "" }, [
      ...deltas,
      { type: `${kind}.done`, ...at, name: item["name"] ?? "", arguments: given },
    ]);
  }
  if (item["type"] !== "message") return around(item, []);
  return around(
    { ...item, content: [] },
    objectsOf(item["content"]).flatMap((part, place) => partEvents(part, { ...at, content_index: place })),
  );
}

function partEvents(part: JsonObject, at: JsonObject): JsonObject[] {
  const key = part["type"] === "refusal" ? "refusal" : "text";
  const kind = key === "refusal" ? "response.refusal" : "response.output_text";
  const said = textIn(part[key]);
  return [
    { type: "response.content_part.added", ...at, part: { ...part, [key]: "" } },
    ...piecesOf(said).map((delta) => ({
      type: `${kind}.delta`,
      ...at,
      delta,
      ...(key === "text" && { logprobs: [] }),
    })),
    { type: `${kind}.done`, ...at, [key]: said, ...(key === "text" && { logprobs: [] }) },
    { type: "response.content_part.done", ...at, part },
  ];
}
