import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { anyJson, idIfAny, knownMembers, numberIfAny, priceIfAny, textIfAny } from "./optional-json.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { parseArguments } from "./parse-arguments.ts";
import { readContent } from "./read-chat-messages.ts";
import { parseRow, type Row } from "./read-rows.ts";
import { readUsage } from "./read-usage.ts";
import { endingByLastMessage, type RecordedConversation } from "./recorded-conversation.ts";
import type { RecordedCall, RecordedMessage, RecordedResult } from "./recorded-run.ts";

const resultSchema = z.object({
  source_call_id: idIfAny,
  content: anyJson,
  subagent_trajectory_ref: anyJson,
  extra: z
    .looseObject({ is_error: z.boolean().nullish().catch(null) })
    .nullish()
    .catch(null),
});

const stepSchema = z.object({
  source: z.enum(["system", "user", "agent"]),
  message: anyJson,
  timestamp: textIfAny,
  model_name: textIfAny,
  reasoning_content: textIfAny,
  tool_calls: z
    .array(z.object({ tool_call_id: idIfAny, function_name: z.string().min(1), arguments: anyJson }))
    .nullish(),
  observation: z.object({ results: z.array(resultSchema) }).nullish(),
  metrics: z.looseObject({ cached_tokens: numberIfAny, cost_usd: priceIfAny }).nullish().catch(null),
  llm_call_count: numberIfAny,
  is_copied_context: z.boolean().nullish().catch(null),
});
type Step = z.infer<typeof stepSchema>;

const trajectorySchema = z.object({
  schema_version: z.string().regex(/^ATIF-v1(?:\.|$)/, "is no version of ATIF-v1"),
  session_id: idIfAny,
  trajectory_id: idIfAny,
  agent: z.object({
    name: z.string().min(1),
    version: idIfAny,
    model_name: textIfAny,
    tool_definitions: z.array(anyJson).nullish().catch(null),
    extra: anyJson,
  }),
  steps: z.array(stepSchema).min(1, "holds no steps"),
  final_metrics: z.looseObject({ total_cost_usd: priceIfAny }).nullish().catch(null),
  notes: textIfAny,
  continued_trajectory_ref: anyJson,
  extra: anyJson,
  subagent_trajectories: z.array(anyJson).nullish(),
});
type Trajectory = z.infer<typeof trajectorySchema>;

/**
 * Agent Trajectory Interchange Format, version 1: `{schema_version, session_id, agent, steps}`. A trajectory that holds
 * those of its subagents gives one conversation more for each.
 *
 * @throws {UnreadableRow}
 */
export function readAtif({ file, where, value }: Row): RecordedConversation[] {
  const trajectory = parseRow(trajectorySchema, value);
  const own = conversationOf(trajectory, { file, where });
  const inner = (trajectory.subagent_trajectories ?? []).flatMap((each, index) =>
    readAtif({ file, where: `${where}.subagent_trajectories[${index}]`, value: each ?? null }),
  );
  return [own, ...inner.map((each) => ({ ...each, session: each.session ?? own.session }))];
}

function conversationOf(trajectory: Trajectory, place: { readonly file: string; readonly where: string }) {
  const { agent, session_id: session, trajectory_id: ownId } = trajectory;
  const { messages, unpairedResultCount } = readSteps(trajectory.steps);
  const toolNames = (agent.tool_definitions ?? []).flatMap(nameOfTool);
  const attributes = knownMembers({
    notes: trajectory.notes,
    finalMetrics: trajectory.final_metrics,
    continuedIn: trajectory.continued_trajectory_ref,
    agentExtra: agent.extra,
    extra: trajectory.extra,
  });
  return {
    ...place,
    ownId: ownId ?? session ?? null,
    session: session ?? null,
    taskId: null,
    success: null,
    verdicts: [],
    agent: { name: agent.name, version: agent.version ?? "recorded" },
    model: agent.model_name ?? null,
    ...(toolNames.length > 0 && { toolNames }),
    startedAtMs: null,
    durationMs: null,
    costUsd: trajectory.final_metrics?.total_cost_usd ?? null,
    messages,
    ending: endingByLastMessage(messages),
    attributes,
    unpairedResultCount,
  } satisfies RecordedConversation;
}

function readSteps(steps: readonly Step[]): { messages: RecordedMessage[]; unpairedResultCount: number } {
  let unpairedResultCount = 0;
  const messages = steps.flatMap((step): RecordedMessage[] => {
    const { calls, rest } = pairObservation(step);
    unpairedResultCount += rest.filter((result) => result.source_call_id !== null).length;
    const atMs = parseRecordedTime(step.timestamp);
    const isContext = step.is_copied_context === true && { isContext: true };
    const usage = usageOf(step);
    const content = readContent(step.message);
    const own: RecordedMessage =
      step.source === "agent"
        ? {
            role: "assistant",
            content,
            calls,
            atMs,
            isFromModel: step.llm_call_count !== 0,
            costUsd: step.metrics?.cost_usd ?? null,
            ...(step.reasoning_content && { reasoning: step.reasoning_content }),
            ...(step.model_name && { model: step.model_name }),
            ...(usage && { usage }),
            ...isContext,
          }
        : { role: step.source, content, atMs, ...isContext };
    // What the environment says without having been called: nobody's words, so not a user's.
    const said = rest.flatMap((result): RecordedMessage[] => {
      const text = result.source_call_id === null ? readContent(contentOf(result)) : "";
      return text === "" ? [] : [{ role: "system", content: text, atMs, ...isContext }];
    });
    return [own, ...said];
  });
  return { messages, unpairedResultCount };
}

/** Results by the id of their call; those without one in order, when a step has as many of them as calls without. */
function pairObservation(step: Step) {
  const results = step.observation?.results ?? [];
  const called = step.tool_calls ?? [];
  const named = new Map(results.map((result) => [result.source_call_id, result]));
  const nameless = results.filter((result) => result.source_call_id === null);
  const open = called.filter((call) => call.tool_call_id === null || !named.has(call.tool_call_id));
  const isInOrder = nameless.length === open.length;
  const used = new Set<(typeof results)[number]>();
  const calls = called.map((call): RecordedCall => {
    const byId = call.tool_call_id === null ? undefined : named.get(call.tool_call_id);
    const result = byId ?? (isInOrder ? nameless[open.indexOf(call)] : undefined);
    if (result) used.add(result);
    return {
      id: call.tool_call_id,
      tool: call.function_name,
      arguments: parseArguments(call.arguments),
      result: result ? readResult(result, parseRecordedTime(step.timestamp)) : null,
    };
  });
  return { calls, rest: results.filter((result) => !used.has(result)) };
}

function readResult(result: z.infer<typeof resultSchema>, atMs: number | null): RecordedResult {
  const content = contentOf(result);
  const text =
    content === null ? null : typeof content === "string" || Array.isArray(content) ? readContent(content) : content;
  const isError = result.extra?.is_error ?? (typeof text === "string" && text.startsWith("Error"));
  return { content: text, isError, atMs };
}

/** What came back; where that is another agent's trajectory, what is said of where it lies. */
function contentOf({ content, subagent_trajectory_ref: subagents }: z.infer<typeof resultSchema>): Json {
  if (content !== undefined && content !== null) return content;
  return subagents === undefined || subagents === null ? null : { subagent_trajectory_ref: subagents };
}

function usageOf({ metrics }: Step) {
  const usage = readUsage(metrics);
  const cached = metrics?.cached_tokens;
  return typeof cached === "number" ? { ...usage, cachedInputTokens: cached } : usage;
}

function nameOfTool(tool: Json | undefined): string[] {
  const named = z.object({ name: z.string() });
  const { data } = z.union([z.object({ function: named }), named]).safeParse(tool);
  if (!data) return [];
  return ["function" in data ? data.function.name : data.name];
}
