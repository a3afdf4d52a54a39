import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { messagesWire } from "./messages-wire.ts";
import { checkedBody, failureOf, modelRequest, type ServedFormat, settingsOf } from "./served-format.ts";
import { messageBody, messageEvents } from "./write-message.ts";

/** Anthropic messages. */
export const servedMessages: ServedFormat = {
  path: "/messages",
  read(given) {
    const checked = checkedBody(requestSchema, given, "messages");
    const body = checked as JsonObject;
    const read = {
      messages: messagesWire.messages(body),
      tools: messagesWire.tools(body),
      settings: messagesSettings(body),
    };
    return { body, model: checked.model ?? "", isStream: checked.stream === true, request: modelRequest(read) };
  },
  body: messageBody,
  frames: (answer) => messageEvents(answer).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  failure(error) {
    const { status, headers, message } = failureOf(error);
    const type = KIND_OF_STATUS[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
    return { status, headers, body: { type: "error", error: { type, message } } };
  },
};

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);

const requestSchema = z.looseObject({
  model: z.string().optional(),
  // The one API that insists on it: an agent that forgets it should hear so here already.
  max_tokens: z.number({ error: "is missing" }).int().min(1),
  messages: z.array(z.looseObject({ role: z.enum(["user", "assistant", "system"]), content })).min(1),
  system: content.nullish(),
  tools: z.array(z.looseObject({ name: z.string().min(1) })).nullish(),
  stream: z.boolean().nullish(),
});

function messagesSettings(body: JsonObject): JsonObject {
  const settings = settingsOf(body, SETTING_NAMES);
  const { toolChoice: choice } = settings;
  if (isJsonObject(choice)) {
    const { type, name = null } = choice;
    settings["toolChoice"] = type === "tool" ? { type, toolName: name } : { type: type === "any" ? "required" : type };
  }
  return settings;
}

const SETTING_NAMES = [
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["top_k", "topK"],
  ["max_tokens", "maxOutputTokens"],
  ["stop_sequences", "stopSequences"],
  ["tool_choice", "toolChoice"],
] as const;

const KIND_OF_STATUS: Readonly<Record<number, string | undefined>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};
