import type { EffectError, RunEvent, RunRecord } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { PublicRunEvent } from "../../api/index.ts";
import { responseId } from "./response-ids.ts";

/** What a response tells beside its output. All of it is settled when the run is accepted. */
export interface ResponseFacts {
  readonly runId: string;
  readonly sessionId: string;
  readonly agent: string;
  readonly createdAtMs: number;
  readonly isBackground: boolean;
  readonly metadata: JsonObject;
  readonly previousResponseId: string | null;
}

/** Where the run's own metadata keeps what the request said. */
const METADATA_KEY = "openai";

export function requestMetadata(
  request: Pick<ResponseFacts, "isBackground" | "metadata" | "previousResponseId">,
): JsonObject {
  return { [METADATA_KEY]: { ...request } };
}

export function responseFacts(run: RunRecord): ResponseFacts {
  const kept = run.metadata[METADATA_KEY];
  const { isBackground, metadata, previousResponseId } = isJsonObject(kept) ? kept : {};
  return {
    runId: run.id,
    sessionId: run.sessionId,
    agent: run.agent,
    createdAtMs: run.createdAtMs,
    isBackground: isBackground === true,
    metadata: isJsonObject(metadata) ? metadata : {},
    previousResponseId: typeof previousResponseId === "string" ? previousResponseId : null,
  };
}

export type ResponseStatus = "queued" | "in_progress" | "completed" | "failed" | "cancelled";

interface ResponseState {
  readonly status: ResponseStatus;
  readonly output: readonly JsonObject[];
  readonly usage: UsageSum | undefined;
  readonly end: RunEvent<"run.ended"> | undefined;
}

/** The response object; fields that stand for what an agent settles by itself hold OpenAI's own defaults. */
export function responseObject(facts: ResponseFacts, { status, output, usage, end }: ResponseState): JsonObject {
  return {
    id: responseId(facts.runId),
    object: "response",
    created_at: Math.floor(facts.createdAtMs / 1_000),
    status,
    background: facts.isBackground,
    completed_at: end === undefined || status !== "completed" ? null : Math.floor(end.atMs / 1_000),
    error: status === "failed" ? errorOf(end) : null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: facts.agent,
    output,
    parallel_tool_calls: true,
    previous_response_id: facts.previousResponseId,
    conversation: { id: facts.sessionId },
    reasoning: { effort: null, summary: null },
    service_tier: "default",
    store: true,
    temperature: null,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: null,
    truncation: "disabled",
    usage: usage === undefined ? null : usageObject(usage),
    user: null,
    metadata: facts.metadata,
  };
}

function errorOf(end: RunEvent<"run.ended"> | undefined): Json {
  const error: EffectError | undefined = end?.error;
  const message = error?.message ?? `The run ended: ${end?.outcome ?? "failed"}.`;
  return { code: "server_error", message, type: error?.name ?? end?.outcome ?? null };
}

/** Tokens of all model calls, as far as providers told. */
export interface UsageSum {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export function addUsage(sum: UsageSum | undefined, event: PublicRunEvent): UsageSum | undefined {
  if (event.type !== "model.returned" || event.usage === undefined) return sum;
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0, reasoningTokens = 0 } = event.usage;
  return {
    input: (sum?.input ?? 0) + inputTokens,
    cached: (sum?.cached ?? 0) + cachedInputTokens,
    output: (sum?.output ?? 0) + outputTokens,
    reasoning: (sum?.reasoning ?? 0) + reasoningTokens,
  };
}

function usageObject({ input, cached, output, reasoning }: UsageSum): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
