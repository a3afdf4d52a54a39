import type { ObservedSpan, Usage } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { objectIn } from "../messages/parse-text.ts";
import { pick, pickNumber, pickText } from "../messages/pick.ts";
import type { SpanReading } from "../span-reading.ts";
import type { AttributeNames } from "./attribute-names.ts";
import type { Dialect, DialectReading } from "./dialect.ts";
import { fieldTable, known, readFields, readSettings } from "./read-fields.ts";
import { membersBelow } from "./unflatten.ts";

const KINDS: Readonly<Record<string, SpanReading["kind"]>> = {
  generation: "model",
  tool: "tool",
  agent: "agent",
  retriever: "retrieval",
};

const NAMES = fieldTable({
  agentVersion: ["langfuse.version", "langfuse.release"],
  session: ["langfuse.session.id", "langfuse.trace.session_id", "langfuse.trace.sessionId", "session.id"],
  user: ["langfuse.user.id", "langfuse.trace.user_id", "langfuse.trace.userId", "user.id"],
  requested: ["langfuse.observation.model.name", "langfuse.observation.model"],
  inputValue: ["langfuse.observation.input"],
  outputValue: ["langfuse.observation.output"],
});

/** Members of usage and cost details, which every integration may name in its own way. */
const DETAILS = fieldTable({
  inputTokens: ["input", "input_tokens", "prompt_tokens", "promptTokens"],
  outputTokens: ["output", "output_tokens", "completion_tokens", "completionTokens"],
  cachedInputTokens: [
    "input_cached_tokens",
    "cache_read_input_tokens",
    "input_cache_read",
    "prompt_details.cache_read",
    "input_cached",
  ],
  reasoningTokens: ["output_reasoning_tokens", "output_reasoning", "completion_details.reasoning", "reasoning_tokens"],
});

const COSTS = fieldTable({
  cost: ["total"],
  costParts: [["input"], ["output"]],
});

/** What Langfuse's SDKs write, and what others write for Langfuse. */
export const langfuse: Dialect = {
  name: "langfuse",
  own: /^langfuse\./,
  read({ attributes, parentSpanId }: ObservedSpan, names: AttributeNames): DialectReading | undefined {
    const type = pickText(attributes, ["langfuse.observation.type"])?.toLowerCase() ?? "";
    const fields = readFields(attributes, NAMES, names);
    const ofTrace = parentSpanId === undefined ? traceValues(attributes) : {};
    return {
      ...ofTrace,
      ...fields,
      ...known("kind", Object.hasOwn(KINDS, type) ? KINDS[type] : type === "" ? undefined : "other"),
      ...known("settings", readSettings(parametersIn(attributes))),
      ...known("usage", usageIn(detailsIn(attributes, "usage_details"))),
      ...known("costMicroUsd", readFields(detailsIn(attributes, "cost_details"), COSTS).costMicroUsd),
      ...known("failure", failureIn(attributes)),
    };
  },
};

function parametersIn(attributes: JsonObject): JsonObject {
  return { ...detailsIn(attributes, "model_parameters"), ...detailsIn(attributes, "model.parameters") };
}

/** Where its parts make up the total, Langfuse counts cached input beside the rest; a usage counts it within. */
function usageIn(details: JsonObject): Usage | undefined {
  const { usage } = readFields(details, DETAILS);
  const total = pickNumber(details, ["total", "total_tokens"]);
  if (usage === undefined || total === undefined) return usage;
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0 } = usage;
  const isBeside = inputTokens + outputTokens + cachedInputTokens <= total;
  return isBeside && cachedInputTokens > 0 ? { ...usage, inputTokens: inputTokens + cachedInputTokens } : usage;
}

function detailsIn(attributes: JsonObject, name: string): JsonObject {
  const prefix = `langfuse.observation.${name}`;
  const whole = objectIn(attributes[prefix]);
  if (whole !== undefined) return whole;
  return Object.fromEntries(membersBelow(attributes, prefix));
}

/** The root span tells what the whole trace was given and gave. */
function traceValues(attributes: JsonObject): DialectReading {
  const input: Json | undefined = pick(attributes, ["langfuse.trace.input"]);
  const output: Json | undefined = pick(attributes, ["langfuse.trace.output"]);
  return { ...known("inputValue", input), ...known("outputValue", output) };
}

function failureIn(attributes: JsonObject): string | undefined {
  if (pickText(attributes, ["langfuse.observation.level"]) !== "ERROR") return undefined;
  return pickText(attributes, ["langfuse.observation.status_message"]) ?? "error";
}
