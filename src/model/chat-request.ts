import { z } from "zod";
import { isJsonObject, type JsonObject } from "../kernel/index.ts";
import { chatWire } from "./wire/chat-wire.ts";
import { checkedBody, modelRequest, responseFormatOf, type ServedRequest, settingsOf } from "./wire/served-format.ts";

/** @throws {AegisError} "model.bad_request", naming the field */
export function readChatRequest(given: unknown): ServedRequest {
  const checked = checkedBody(requestSchema, given, "chat completion");
  const body = checked as JsonObject;
  const read = { messages: chatWire.messages(body), tools: chatWire.tools(body), settings: chatSettings(body) };
  return { body, model: checked.model ?? "", isStream: checked.stream === true, request: modelRequest(read) };
}

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);

const messageSchema = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer", "user"]), content }),
  z.looseObject({
    role: z.literal("assistant"),
    content: content.nullish(),
    reasoning_content: z.string().nullish(),
    tool_calls: z
      .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
      .nullish(),
  }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content }),
]);

const toolSchema = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const requestSchema = z.looseObject({
  model: z.string().optional(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolSchema).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, { error: "only one answer at a time is given" }).nullish(),
  functions: z.undefined({ error: "is outdated: send `tools`" }).optional(),
});

function chatSettings(body: JsonObject): JsonObject {
  const settings = settingsOf(body, SETTING_NAMES);
  const { stopSequences: stop, toolChoice: choice, responseFormat: format } = settings;
  if (typeof stop === "string") settings["stopSequences"] = [stop];
  if (typeof choice === "string") settings["toolChoice"] = { type: choice };
  else if (isJsonObject(choice) && isJsonObject(choice["function"])) {
    settings["toolChoice"] = { type: "tool", toolName: choice["function"]["name"] ?? null };
  }
  if (isJsonObject(format)) settings["responseFormat"] = responseFormatOf(format);
  return settings;
}

const SETTING_NAMES = [
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_tokens", "maxOutputTokens"],
  ["max_completion_tokens", "maxOutputTokens"],
  ["seed", "seed"],
  ["stop", "stopSequences"],
  ["presence_penalty", "presencePenalty"],
  ["frequency_penalty", "frequencyPenalty"],
  ["reasoning_effort", "reasoning"],
  ["tool_choice", "toolChoice"],
  ["response_format", "responseFormat"],
] as const;
