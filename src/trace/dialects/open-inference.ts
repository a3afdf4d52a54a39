import type { ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { readOfferedTools } from "../messages/offered-tools.ts";
import { listIn, objectIn } from "../messages/parse-text.ts";
import { pickText } from "../messages/pick.ts";
import type { RetrievedDocument, SpanReading } from "../span-reading.ts";
import type { AttributeNames } from "./attribute-names.ts";
import type { Dialect, DialectReading } from "./dialect.ts";
import { readDocument } from "./read-documents.ts";
import { fieldTable, known, readFields, readSettings } from "./read-fields.ts";
import { listAt } from "./unflatten.ts";

const KINDS: Readonly<Record<string, SpanReading["kind"]>> = {
  LLM: "model",
  TOOL: "tool",
  AGENT: "agent",
  RETRIEVER: "retrieval",
  RERANKER: "retrieval",
};

const NAMES = fieldTable({
  agentName: ["agent.name"],
  session: ["session.id"],
  user: ["user.id"],
  provider: ["llm.provider", "llm.system"],
  requested: ["llm.model_name"],
  finishReason: ["llm.finish_reason", "llm.output_messages.0.message.finish_reason"],
  inputTokens: ["llm.token_count.prompt"],
  outputTokens: ["llm.token_count.completion"],
  cachedInputTokens: ["llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input"],
  reasoningTokens: ["llm.token_count.completion_details.reasoning"],
  cost: ["llm.cost.total"],
  costParts: [
    ["llm.cost.prompt", "llm.cost.input"],
    ["llm.cost.completion", "llm.cost.output"],
  ],
  inputValue: ["input.value"],
  outputValue: ["output.value"],
  toolName: ["tool.name", "tool_call.function.name"],
  toolCallId: ["tool_call.id", "tool.id", "tool.call_id"],
  toolArguments: ["tool_call.function.arguments"],
  toolDescription: ["tool.description"],
});

/** The agent's place in a graph of agents. */
const NODE_NAMES = ["graph.node.name", "graph.node.id"];

const OWN =
  /^(openinference\.|llm\.(input_messages|output_messages|model_name|token_count|tools|prompts|invocation_parameters)|(input|output)\.value$|retrieval\.documents|reranker\.)/;

/** OpenInference, as Phoenix and its instrumentations write it. */
export const openInference: Dialect = {
  name: "openinference",
  own: OWN,
  read(span: ObservedSpan, names: AttributeNames): DialectReading | undefined {
    const { attributes } = span;
    const kind = KINDS[String(attributes["openinference.span.kind"]).toUpperCase()];
    const fields = readFields(attributes, NAMES, names);
    return {
      ...fields,
      ...known("kind", kind ?? kindByContent(attributes)),
      ...(kind === "agent" && known("agentName", fields.agentName ?? pickText(attributes, NODE_NAMES))),
      ...modelNames(attributes, fields),
      ...known("input", messagesAt(attributes, "input") ?? promptsAt(attributes)),
      ...known("output", messagesAt(attributes, "output") ?? choicesAt(attributes)),
      ...known("offered", offeredAt(attributes)),
      ...known("tool", toolOf(attributes, fields)),
      ...(kind === "retrieval" && retrievalOf(attributes)),
    };
  },
};

/** Spans of older instrumentations do not tell their kind. */
function kindByContent(attributes: JsonObject): SpanReading["kind"] | undefined {
  if (attributes["openinference.span.kind"] !== undefined) return undefined;
  const isModel = ["llm.model_name", "llm.input_messages.0.message.role"].some(
    (name) => attributes[name] !== undefined,
  );
  return isModel ? "model" : undefined;
}

/** The parameters hold the model that was asked; the name may be the one that answered. */
function modelNames(attributes: JsonObject, fields: DialectReading): DialectReading {
  const parameters = objectIn(attributes["llm.invocation_parameters"]) ?? {};
  const asked = pickText(parameters, ["model", "model_name", "model_id"]);
  const answer = objectIn(attributes["output.value"]) ?? {};
  const isAnswer = answer["choices"] !== undefined || answer["usage"] !== undefined;
  const { requested } = fields;
  return {
    ...known("requested", asked ?? requested),
    ...known(
      "answered",
      (isAnswer ? pickText(answer, ["model"]) : undefined) ?? (asked === undefined ? undefined : requested),
    ),
    ...known("settings", readSettings(parameters)),
    ...known("finishReason", fields.finishReason ?? finishReasonIn(answer)),
  };
}

function finishReasonIn(answer: JsonObject): string | undefined {
  const [choice] = listIn(answer["choices"]) ?? [];
  const inner = isJsonObject(choice) ? choice : answer;
  return pickText(inner, ["finish_reason", "stop_reason", "finishReason"]);
}

function messagesAt(attributes: JsonObject, side: "input" | "output") {
  const list = listAt(attributes, `llm.${side}_messages`);
  return list.length === 0 ? undefined : normalizeMessages(list, { side })?.messages;
}

/** Completion models take prompts and give texts. */
function promptsAt(attributes: JsonObject) {
  const texts = textsIn(listAt(attributes, "llm.prompts"), "prompt.text");
  return texts?.map((content) => ({ role: "user", content }) as const);
}

function choicesAt(attributes: JsonObject) {
  const texts = textsIn(listAt(attributes, "llm.choices"), "completion.text");
  return texts?.map((content) => ({ role: "assistant", content }) as const);
}

function textsIn(list: readonly Json[], path: "prompt.text" | "completion.text"): string[] | undefined {
  const [outer = "", inner = ""] = path.split(".");
  const texts = list.flatMap((item) => {
    if (typeof item === "string") return [item];
    const holder = isJsonObject(item) ? item[outer] : undefined;
    return isJsonObject(holder) && typeof holder[inner] === "string" ? [holder[inner]] : [];
  });
  return texts.length === 0 ? undefined : texts;
}

function offeredAt(attributes: JsonObject) {
  const list = listAt(attributes, "llm.tools");
  const tools = readOfferedTools(list.map((item) => (isJsonObject(item) ? (item["tool"] ?? item) : item)));
  return tools.length === 0 ? undefined : tools;
}

/** `tool.parameters` is the schema by the book, and the arguments in the wild. */
function toolOf(attributes: JsonObject, { tool }: DialectReading): DialectReading["tool"] {
  const parameters = objectIn(attributes["tool.parameters"]);
  const isSchema = parameters?.["type"] === "object" || isJsonObject(parameters?.["properties"]);
  if (parameters === undefined || isSchema || tool?.arguments !== undefined) return tool;
  return attributes["input.value"] === undefined ? { ...tool, arguments: parameters } : tool;
}

function retrievalOf(attributes: JsonObject): DialectReading {
  const retrieved = listAt(attributes, "retrieval.documents");
  const ranked = listAt(attributes, "reranker.output_documents");
  const list = retrieved.length > 0 ? retrieved : ranked;
  const documents = list.flatMap((item): RetrievedDocument[] => {
    const own = isJsonObject(item) ? item["document"] : undefined;
    const document = readDocument(isJsonObject(own) ? own : item);
    return document === undefined ? [] : [document];
  });
  return { ...known("query", pickText(attributes, ["reranker.query"])), ...(documents.length > 0 && { documents }) };
}
