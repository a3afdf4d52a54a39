import type { JsonObject } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { objectIn } from "../messages/parse-text.ts";
import { pick, pickText } from "../messages/pick.ts";
import type { SpanReading } from "../span-reading.ts";
import type { Dialect, DialectReading, FieldNames } from "./dialect.ts";
import { fieldTable, known, readFields } from "./read-fields.ts";

/** A framework that adds names of its own to a family's: only what nobody else tells is taken from it. */
interface Framework {
  readonly name: string;
  readonly own: RegExp;
  readonly fields: FieldNames;
  /** Where it tells what the span was, and its words for that. */
  readonly kind?: { readonly name: string; readonly words: Readonly<Record<string, SpanReading["kind"]>> };
  /** A conversation from its beginning to its end. */
  readonly transcript?: readonly string[];
}

const FRAMEWORKS: readonly Framework[] = [
  {
    name: "google-adk",
    own: /^gcp\.vertex\.agent\./,
    fields: {
      session: ["gcp.vertex.agent.session_id"],
      inputValue: ["gcp.vertex.agent.llm_request"],
      outputValue: ["gcp.vertex.agent.llm_response"],
      toolArguments: ["gcp.vertex.agent.tool_call_args"],
      toolResult: ["gcp.vertex.agent.tool_response"],
    },
  },
  {
    name: "pydantic-ai",
    own: /^(pydantic_ai\.|all_messages_events$|events$|final_result$|model_request_parameters$)/,
    fields: { agentName: ["agent_name"], outputValue: ["final_result"] },
    transcript: ["pydantic_ai.all_messages", "all_messages_events", "events"],
  },
  {
    name: "logfire",
    own: /^(request_data|response_data)$/,
    fields: { inputValue: ["request_data"], outputValue: ["response_data"] },
  },
  {
    name: "langwatch",
    own: /^langwatch\./,
    fields: {
      session: ["langwatch.thread.id", "langwatch.thread_id"],
      user: ["langwatch.user.id", "langwatch.user_id"],
      inputValue: ["langwatch.input"],
      outputValue: ["langwatch.output"],
    },
    kind: {
      name: "langwatch.span.type",
      words: { llm: "model", tool: "tool", agent: "agent", rag: "retrieval", chain: "other", workflow: "other" },
    },
  },
  {
    name: "mlflow",
    own: /^mlflow\.span/,
    fields: { inputValue: ["mlflow.spanInputs"], outputValue: ["mlflow.spanOutputs"] },
    kind: {
      name: "mlflow.spanType",
      words: {
        LLM: "model",
        CHAT_MODEL: "model",
        TOOL: "tool",
        AGENT: "agent",
        RETRIEVER: "retrieval",
        CHAIN: "other",
      },
    },
  },
  {
    name: "langsmith",
    own: /^langsmith\./,
    fields: {
      session: ["langsmith.trace.session_id", "langsmith.metadata.session_id", "langsmith.metadata.thread_id"],
    },
    kind: {
      name: "langsmith.span.kind",
      words: { llm: "model", tool: "tool", retriever: "retrieval", chain: "other" },
    },
  },
];

export const frameworks: readonly Dialect[] = FRAMEWORKS.map((framework) => dialectOf(framework));

function dialectOf(framework: Framework): Dialect {
  const table = fieldTable(framework.fields);
  const read: Dialect["read"] = ({ attributes }, names) =>
    readFramework(attributes, framework, readFields(attributes, table, names));
  return { name: framework.name, own: framework.own, read };
}

function readFramework(attributes: JsonObject, framework: Framework, fields: DialectReading): DialectReading {
  const word = framework.kind === undefined ? undefined : pickText(attributes, [framework.kind.name]);
  const plain = word?.replaceAll('"', "") ?? "";
  return {
    ...withoutEmptyValues(fields),
    ...known("kind", wordOf(framework.kind?.words ?? {}, plain)),
    ...transcriptIn(attributes, framework.transcript ?? []),
  };
}

function wordOf<Value>(words: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** An empty object tells nothing. */
function withoutEmptyValues({ inputValue, outputValue, ...rest }: DialectReading): DialectReading {
  const isSaying = (value: DialectReading["inputValue"]) => {
    const object = value === undefined ? undefined : objectIn(value);
    return value !== undefined && (object === undefined || Object.keys(object).length > 0);
  };
  return {
    ...rest,
    ...(isSaying(inputValue) && known("inputValue", inputValue)),
    ...(isSaying(outputValue) && known("outputValue", outputValue)),
  };
}

/** All of a conversation: the last answer is what came out, all before it went in. */
function transcriptIn(attributes: JsonObject, names: readonly string[]): DialectReading {
  const told = pick(attributes, names);
  const messages = told === undefined ? undefined : normalizeMessages(told, { side: "input" })?.messages;
  if (messages === undefined) return {};
  const last = messages.at(-1);
  return last?.role === "assistant" ? { input: messages.slice(0, -1), output: [last] } : { input: messages };
}
