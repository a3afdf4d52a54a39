import { z } from "zod";
import type { Message, ToolRequest } from "../domain/index.ts";
import { AegisError, isJsonObject, type Json, type JsonObject, toJson } from "../kernel/index.ts";
import { assistantMessage, parseArguments } from "./ai-sdk-messages.ts";
import type { ModelRequest, ToolSchema } from "./language-model.ts";

/** An OpenAI chat completion request, read. */
export interface ChatRequest {
  /** The model asked for, "" when none. */
  readonly model: string;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  readonly request: ModelRequest;
}

/** @throws {AegisError} "model.bad_request", naming the field */
export function readChatRequest(body: string): ChatRequest {
  const parsed = requestSchema.safeParse(parseBody(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}`);
  }
  const { messages, tools, ...rest } = parsed.data;
  const schemas = tools.map(toolSchema);
  const settings = settingsOf(rest);
  return {
    model: rest.model ?? "",
    isStream: rest.stream === true,
    includeUsage: rest.stream_options?.include_usage === true,
    request: {
      messages: messagesOf(messages),
      ...(schemas.length > 0 && { tools: schemas }),
      ...(Object.keys(settings).length > 0 && { settings }),
    },
  };
}

function badRequest(why: string): AegisError {
  return new AegisError("model.bad_request", `Bad chat completion request: ${why}`);
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest("the body is no JSON");
  }
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

const toolSchemaOfOpenAi = z.looseObject({
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
  tools: z
    .array(toolSchemaOfOpenAi)
    .nullish()
    .transform((tools) => tools ?? []),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, { error: "only one answer at a time is given" }).nullish(),
  functions: z.undefined({ error: "is outdated: send `tools`" }).optional(),
});

type OpenAiMessage = z.infer<typeof messageSchema>;

function messagesOf(messages: readonly OpenAiMessage[]): Message[] {
  // A tool message names its call only: the tool's name stands where the model asked for it.
  const toolNames = new Map<string, string>();
  return messages.map((message): Message => {
    switch (message.role) {
      case "system":
      case "developer":
        return { role: "system", content: textOf(message.content) };
      case "user":
        return { role: "user", content: textOf(message.content) };
      case "assistant": {
        const toolRequests = (message.tool_calls ?? []).map((call): ToolRequest => {
          toolNames.set(call.id, call.function.name);
          return { callId: call.id, tool: call.function.name, arguments: parseArguments(call.function.arguments) };
        });
        return assistantMessage({
          text: textOf(message.content ?? ""),
          reasoning: message.reasoning_content ?? "",
          toolRequests,
        });
      }
      case "tool": {
        const callId = message.tool_call_id;
        return { role: "tool", callId, tool: toolNames.get(callId) ?? "unknown", result: resultOf(message.content) };
      }
    }
  });
}

function textOf(given: z.infer<typeof content>): string {
  if (typeof given === "string") return given;
  return given.map(({ type, text }) => text ?? `[${type}]`).join("\n");
}

/** Results travel as text; structured ones are JSON again. A bare number stays the text it is: it may be an id. */
function resultOf(given: z.infer<typeof content>): Json {
  const text = textOf(given);
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function toolSchema({ function: { name, description, parameters } }: z.infer<typeof toolSchemaOfOpenAi>): ToolSchema {
  const schema = toJson(parameters ?? {});
  return { name, ...(description && { description }), parameters: isJsonObject(schema) ? schema : {} };
}

/** OpenAI's names of the settings in ours; what has no name with us is left out. */
function settingsOf(given: Record<string, unknown>): JsonObject {
  const settings: Record<string, Json> = {};
  for (const [theirs, ours] of SETTING_NAMES) {
    const value = given[theirs];
    if (value !== undefined && value !== null) settings[ours] = toJson(value);
  }
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

function responseFormatOf(format: JsonObject): Json {
  if (format["type"] === "text") return { type: "text" };
  const { schema, name, description } = isJsonObject(format["json_schema"]) ? format["json_schema"] : {};
  return { type: "json", schema, name, description };
}
