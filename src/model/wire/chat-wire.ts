import type { Message, ToolRequest } from "../../domain/index.ts";
import { type Json, type JsonObject } from "../../kernel/index.ts";
import { assistantMessage } from "../ai-sdk-messages.ts";
import type { ModelAnswer, ToolSchema } from "../language-model.ts";
import { argumentsOf, countOf, firstString, objectOf, objectsOf, resultOf, stringOf, textOf } from "./json-fields.ts";
import type { FoldedStream, SeenRequest, WireFormat } from "./wire-format.ts";

/** OpenAI chat completions, and what the many servers that speak it made of it. */
export const chatWire: WireFormat = {
  name: "openai-chat",
  claims({ path, body, isReadable, answer: told }: SeenRequest) {
    const isAnswered = /^chat\.completion(\.chunk)?$/.test(stringOf(told["object"]));
    if (path.endsWith("/chat/completions")) return isReadable ? "messages" in body || "model" in body : isAnswered;
    return isAnswered && Array.isArray(body["messages"]);
  },
  messages,
  tools: ({ tools, functions }) => [
    ...objectsOf(tools).flatMap((tool) => toolSchema(objectOf(tool[stringOf(tool["type"]) || "function"]))),
    ...objectsOf(functions).flatMap(toolSchema),
  ],
  answer,
  fold,
};

function messages(body: JsonObject): Message[] {
  // A tool message names its call only: the tool's name stands where the model asked for it.
  const toolNames = new Map<string, string>();
  return objectsOf(body["messages"]).flatMap((message): Message[] => {
    const { role, content, name } = message;
    switch (role) {
      case "system":
      case "developer":
        return [{ role: "system", content: textOf(content, "\n") }];
      case "user":
        return [{ role: "user", content: textOf(content, "\n") }];
      case "assistant": {
        const said = spoken(message);
        for (const { callId, tool } of said.toolRequests ?? []) toolNames.set(callId, tool);
        return [said];
      }
      case "tool":
      case "function": {
        const callId = firstString(message["tool_call_id"], name);
        const tool = firstString(toolNames.get(callId), name, "unknown");
        return [{ role: "tool", callId, tool, result: resultOf(textOf(content, "\n")) }];
      }
      default:
        return [];
    }
  });
}

/** An assistant message, of a prompt or of an answer. */
function spoken(message: JsonObject) {
  const { tool_calls: calls, function_call: outdated } = message;
  const toolRequests = objectsOf(calls).map(toolRequest);
  const name = stringOf(objectOf(outdated)["name"]);
  if (name !== "") {
    toolRequests.push({ callId: name, tool: name, arguments: argumentsOf(objectOf(outdated)["arguments"]) });
  }
  return assistantMessage({
    text: textOf(message["content"], "") || stringOf(message["refusal"]),
    reasoning: firstString(message["reasoning_content"], message["reasoning"]),
    toolRequests,
  });
}

function toolRequest(call: JsonObject): ToolRequest {
  const made = objectOf(call["custom"] ?? call["function"]);
  const tool = stringOf(made["name"]);
  // What a custom tool takes is a text and no JSON.
  const given = call["custom"] === undefined ? argumentsOf(made["arguments"]) : stringOf(made["input"]);
  return { callId: stringOf(call["id"]), tool, arguments: given };
}

function toolSchema({ name, description, parameters }: JsonObject): ToolSchema[] {
  if (typeof name !== "string" || name === "") return [];
  const about = stringOf(description);
  return [{ name, ...(about !== "" && { description: about }), parameters: objectOf(parameters) }];
}

function answer(body: JsonObject): ModelAnswer | undefined {
  const choice = firstChoice(body);
  if (!choice) return undefined;
  const model = stringOf(body["model"]);
  return {
    message: spoken(objectOf(choice["message"])),
    finishReason: REASONS[stringOf(choice["finish_reason"])] ?? "other",
    usage: usageOf(objectOf(body["usage"] ?? objectOf(body["x_groq"])["usage"])),
    ...(model !== "" && { model }),
  };
}

const REASONS: Readonly<Record<string, ModelAnswer["finishReason"] | undefined>> = {
  stop: "stop",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  length: "length",
  content_filter: "content-filter",
  error: "error",
};

function usageOf(usage: JsonObject): ModelAnswer["usage"] {
  const inputTokens = countOf(usage["prompt_tokens"]);
  const outputTokens = countOf(usage["completion_tokens"]);
  const cached = countOf(objectOf(usage["prompt_tokens_details"])["cached_tokens"] ?? usage["prompt_cache_hit_tokens"]);
  const reasoning = countOf(objectOf(usage["completion_tokens_details"])["reasoning_tokens"]);
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

/** Only the first of several answers is followed: agents ask for one. */
function firstChoice(body: JsonObject): JsonObject | undefined {
  return objectsOf(body["choices"]).find(({ index }) => index === undefined || index === null || index === 0);
}

function fold(events: readonly JsonObject[]): FoldedStream {
  let head: JsonObject = {};
  let usage: Json | undefined;
  let finish: Json = null;
  let error: JsonObject | undefined;
  const texts = { content: "", refusal: "", reasoning: "" };
  const calls = new CallPieces();
  for (const event of events) {
    if (event["error"] !== undefined && event["error"] !== null) error = event;
    if (typeof event["model"] === "string" && event["model"] !== "") head = { model: event["model"] };
    usage = event["usage"] ?? objectOf(event["x_groq"])["usage"] ?? usage;
    const choice = firstChoice(event);
    const delta = objectOf(choice?.["delta"] ?? choice?.["message"]);
    texts.content += textOf(delta["content"], "");
    texts.refusal += stringOf(delta["refusal"]);
    texts.reasoning += firstString(delta["reasoning_content"], delta["reasoning"]);
    for (const piece of objectsOf(delta["tool_calls"])) calls.add(piece);
    if (delta["function_call"]) calls.addOutdated(objectOf(delta["function_call"]));
    finish = choice?.["finish_reason"] ?? finish;
  }
  const message = { ...texts, tool_calls: calls.whole() };
  return {
    body: { ...head, choices: [{ message, finish_reason: finish }], ...(usage !== undefined && { usage }) },
    isEnded: typeof finish === "string",
    ...(error && { error }),
  };
}

interface CallPiece {
  readonly key: Json;
  id: string;
  name: string;
  text: string;
  value?: Json;
  isCustom: boolean;
}

/** Tool calls come in pieces, told apart by their index; servers without indexes begin each with a new id. */
class CallPieces {
  readonly #calls: CallPiece[] = [];

  add(piece: JsonObject): void {
    const { index, id } = piece;
    const made = objectOf(piece["custom"] ?? piece["function"]);
    const isNew = typeof id === "string" && id !== "";
    const key = typeof index === "number" ? index : null;
    const known = key === null ? (isNew ? undefined : this.#calls.at(-1)) : this.#find(key);
    // Some servers send whole calls that all bear the index 0.
    const isOther = known !== undefined && isNew && known.id !== "" && known.id !== id;
    const call = !known || isOther ? this.#open(key) : known;
    call.isCustom ||= piece["custom"] !== undefined;
    if (isNew) call.id = id;
    if (call.name === "") call.name = stringOf(made["name"]);
    const given = made["arguments"] ?? made["input"];
    if (typeof given === "string") call.text += given;
    else if (given !== undefined && given !== null) call.value = given;
  }

  addOutdated(piece: JsonObject): void {
    const name = stringOf(piece["name"]);
    this.add({ index: 0, ...(name !== "" && { id: name }), function: piece });
  }

  whole(): JsonObject[] {
    return this.#calls.map(({ id, name, text, value, isCustom }) =>
      isCustom ? { id, custom: { name, input: text } } : { id, function: { name, arguments: value ?? text } },
    );
  }

  #find(key: number) {
    return this.#calls.findLast((call) => call.key === key);
  }

  #open(key: Json): CallPiece {
    const call: CallPiece = { key, id: "", name: "", text: "", isCustom: false };
    this.#calls.push(call);
    return call;
  }
}
