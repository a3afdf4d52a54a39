import type { ObservedSpan, Verdict } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { BraintrustRow, BraintrustSpan } from "./braintrust-schema.ts";
import { knownMembers, textOfJson } from "./optional-json.ts";
import { readSuccess } from "./read-success.ts";
import { recordedVerdict } from "./recorded-verdict.ts";
import { UnreadableRow } from "./read-rows.ts";
import { attributeText, hexId, nanosecondsOfSeconds, nanosecondsOfTime, objectText } from "./span-parts.ts";

/** Braintrust's kinds of spans under Langfuse's names, which hold whole values: the others stay plain spans. */
const TYPES: Readonly<Record<string, string>> = { llm: "generation", tool: "tool", score: "evaluator" };

/** @throws {UnreadableRow} for a row that has no time */
export function braintrustSpan(row: BraintrustSpan): ObservedSpan {
  const metrics = row.metrics ?? {};
  const startNs = nanosecondsOfSeconds(numberIn(metrics, "start")) ?? nanosecondsOfTime(row.created);
  if (startNs === undefined) throw new UnreadableRow("has no time: neither metrics.start nor created");
  const endNs = nanosecondsOfSeconds(numberIn(metrics, "end"));
  const parent = row.span_parents?.[0];
  const isError = row.error !== undefined && row.error !== null;
  return {
    traceId: hexId(row.root_span_id, 32),
    spanId: hexId(row.span_id, 16),
    ...(parent && { parentSpanId: hexId(parent, 16) }),
    name: row.span_attributes?.name ?? row.span_attributes?.type ?? "span",
    startNs,
    ...(endNs !== undefined && { endNs }),
    attributes: attributesOf(row, metrics),
    ...(isError && { status: { code: "error", message: textOfJson(row.error ?? "").slice(0, 2_000) } }),
    resource: {},
  };
}

/** Of a conversation over several traces: no fixed name, so the usual ones. */
export function sessionOf({ metadata }: BraintrustRow): string | undefined {
  const names = ["session_id", "sessionId", "thread_id", "threadId", "conversation_id", "conversationId"];
  return names.map((name) => metadata?.[name]).find((value) => typeof value === "string");
}

/** One verdict per score; a score of null was not given. */
export function braintrustScores({ scores }: BraintrustRow): Verdict[] {
  return Object.entries(scores ?? {}).flatMap(([name, value]) => {
    const score = readSuccess(value);
    return score ? [recordedVerdict(name, score, `The recording says ${name} = ${String(value)}.`)] : [];
  });
}

function attributesOf(row: BraintrustSpan, metrics: JsonObject): JsonObject {
  const type = row.span_attributes?.type ?? "";
  const { model, ...metadata } = row.metadata ?? {};
  return knownMembers({
    "langfuse.observation.type": Object.hasOwn(TYPES, type) ? TYPES[type] : "span",
    "langfuse.observation.input": attributeText(row.input),
    "langfuse.observation.output": attributeText(row.output),
    "langfuse.observation.model.name": typeof model === "string" ? model : undefined,
    "langfuse.observation.usage_details": objectText(usageOf(metrics)),
    "langfuse.observation.cost_details": objectText(knownMembers({ total: numberIn(metrics, "estimated_cost") })),
    "session.id": sessionOf(row),
    "braintrust.id": row.id,
    "braintrust.type": type || undefined,
    "braintrust.metadata": objectText(metadata),
    "braintrust.expected": attributeText(row.expected),
    "braintrust.scores": objectText(row.scores ?? undefined),
    "braintrust.tags": Array.isArray(row.tags) && row.tags.length > 0 ? (row.tags as Json) : undefined,
    "braintrust.origin": objectText(row.origin ?? undefined),
  });
}

function usageOf(metrics: JsonObject): JsonObject {
  return knownMembers({
    input: numberIn(metrics, "prompt_tokens"),
    output: numberIn(metrics, "completion_tokens"),
    total: numberIn(metrics, "tokens"),
    input_cached_tokens: numberIn(metrics, "prompt_cached_tokens"),
    output_reasoning_tokens: numberIn(metrics, "completion_reasoning_tokens"),
  });
}

function numberIn(members: JsonObject, key: string): number | undefined {
  const value = isJsonObject(members) ? members[key] : undefined;
  return typeof value === "number" ? value : undefined;
}
