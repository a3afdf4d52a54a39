import type { Message, ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { readOfferedTools } from "../messages/offered-tools.ts";
import { parseText } from "../messages/parse-text.ts";
import { pickText } from "../messages/pick.ts";
import type { SpanReading } from "../span-reading.ts";
import type { AttributeNames } from "./attribute-names.ts";
import type { Dialect, DialectReading } from "./dialect.ts";
import { fieldTable, known, readFields } from "./read-fields.ts";
import { listAt } from "./unflatten.ts";

const KINDS: Readonly<Record<string, SpanReading["kind"]>> = {
  workflow: "other",
  task: "other",
  agent: "agent",
  tool: "tool",
  chat: "model",
  completion: "model",
  embedding: "other",
  rerank: "retrieval",
};

const NAMES = fieldTable({
  session: ["traceloop.association.properties.session_id", "traceloop.association.properties.thread_id"],
  user: ["traceloop.association.properties.user_id"],
  finishReason: ["gen_ai.completion.0.finish_reason"],
  inputValue: ["traceloop.entity.input"],
  outputValue: ["traceloop.entity.output"],
});

const OWN = /^(traceloop\.|llm\.request\.|gen_ai\.(prompt|completion)\.\d)/;

/** OpenLLMetry: messages flattened into `gen_ai.prompt.N.*`, and what wraps the calls as `traceloop.*`. */
export const openLlmetry: Dialect = {
  name: "openllmetry",
  own: OWN,
  read({ attributes }: ObservedSpan, names: AttributeNames): DialectReading | undefined {
    const word = pickText(attributes, ["traceloop.span.kind", "llm.request.type"]) ?? "";
    const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
    const entity = pickText(attributes, ["traceloop.entity.name"]);
    const input = messagesAt(attributes, "gen_ai.prompt", "input");
    const output = messagesAt(attributes, "gen_ai.completion", "output");
    const offered = readOfferedTools(listAt(attributes, "llm.request.functions"));
    return {
      ...readFields(attributes, NAMES, names),
      ...known("kind", kind ?? (input === undefined && output === undefined ? undefined : "model")),
      ...(kind === "agent" && known("agentName", entity)),
      ...(kind === "tool" && entity !== undefined && { tool: { name: entity } }),
      ...known("input", input),
      ...known("output", output),
      ...(offered.length > 0 && { offered }),
    };
  },
};

function messagesAt(attributes: JsonObject, prefix: string, side: "input" | "output"): readonly Message[] | undefined {
  const list = listAt(attributes, prefix).map((item) => (isJsonObject(item) ? withParts(item) : item));
  return list.length === 0 ? undefined : normalizeMessages(list, { side })?.messages;
}

/** A content that is a list of parts comes as text; a message that only calls tools comes without a content. */
function withParts(message: JsonObject): JsonObject {
  const { content = "" } = message;
  const parsed: Json = parseText(content);
  const isList = Array.isArray(parsed) && parsed.length > 0 && parsed.every((part: unknown) => isJsonObject(part));
  return { ...message, content: isList ? parsed : content };
}
