import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { openResponseMemory } from "./response-memory.ts";
import { responsesWire } from "./responses-wire.ts";
import {
  badRequest,
  checkedBody,
  modelRequest,
  openAiFailure,
  responseFormatOf,
  type ServedFormat,
  settingsOf,
} from "./served-format.ts";
import { responseBody, responseEvents } from "./write-response.ts";

/** OpenAI Responses; remembers its newest answers, so that the next call may continue one by its id. */
export function servedResponses(): ServedFormat {
  const memory = openResponseMemory();
  return {
    path: "/responses",
    read(given) {
      const checked = checkedBody(requestSchema, given, "response");
      const previousId = checked.previous_response_id;
      if (typeof previousId === "string" && !memory.knows(previousId)) {
        throw badRequest("response", `previous_response_id: nothing is known of ${previousId.slice(0, 100)}`);
      }
      const body = memory.expand(checked as JsonObject);
      const read = {
        messages: responsesWire.messages(body),
        tools: responsesWire.tools(body),
        settings: responsesSettings(body),
      };
      return { body, model: checked.model ?? "", isStream: checked.stream === true, request: modelRequest(read) };
    },
    body(answer) {
      const body = responseBody(answer);
      memory.keep(answer.asked.body, body);
      return body;
    },
    frames(answer) {
      memory.keep(answer.asked.body, responseBody(answer));
      return responseEvents(answer).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    failure: openAiFailure,
  };
}

const item = z.looseObject({
  type: z.string().optional(),
  role: z.enum(["system", "developer", "user", "assistant"]).optional(),
  call_id: z.string().optional(),
});

const requestSchema = z
  .looseObject({
    model: z.string().optional(),
    input: z.union([z.string(), z.array(item)], { error: "must be a text or a list of items" }).optional(),
    instructions: z.string().nullish(),
    previous_response_id: z.string().nullish(),
    tools: z.array(z.looseObject({ type: z.string() })).nullish(),
    stream: z.boolean().nullish(),
    background: z.literal(false, { error: "answers are given at once only" }).nullish(),
    conversation: z.null({ error: "is not kept here: send `previous_response_id` or the whole input" }).optional(),
  })
  .refine(({ input, previous_response_id: previous }) => input !== undefined || typeof previous === "string", {
    error: "is missing",
    path: ["input"],
  });

function responsesSettings(body: JsonObject): JsonObject {
  const settings = settingsOf(body, SETTING_NAMES);
  const { toolChoice: choice } = settings;
  if (typeof choice === "string") settings["toolChoice"] = { type: choice };
  else if (isJsonObject(choice)) settings["toolChoice"] = { type: "tool", toolName: choice["name"] ?? null };
  const { format } = isJsonObject(body["text"]) ? body["text"] : {};
  if (isJsonObject(format)) settings["responseFormat"] = responseFormatOf(format);
  const effort: Json | undefined = isJsonObject(body["reasoning"]) ? body["reasoning"]["effort"] : undefined;
  if (typeof effort === "string") settings["reasoning"] = effort;
  return settings;
}

const SETTING_NAMES = [
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_output_tokens", "maxOutputTokens"],
  ["seed", "seed"],
  ["tool_choice", "toolChoice"],
] as const;
