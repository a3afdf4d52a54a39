import type { Message, RunEvent, SandboxFacts, TrialMetrics } from "../domain/index.ts";
import { equalJson } from "../kernel/index.ts";
import { conversation } from "./conversation.ts";
import { type ToolCall, toolCalls, toolStep } from "./tool-calls.ts";
import { usageOf } from "./usage-of.ts";

/** What a trial did, in numbers. Repetitions by the boundary itself (retries after a crash) do not count twice. */
export function measureTrial(events: readonly RunEvent[]): TrialMetrics {
  const calls = toolCalls(events);
  const messages = conversation(events);
  const usage = usageOf(events);
  const sandbox = events.findLast((event) => event.type === "sandbox.closed");
  return {
    durationMs: durationOf(events),
    modelCallCount: modelCallCount(events),
    toolCallCount: calls.length,
    toolErrorCount: calls.filter((call) => call.isError).length,
    retryCount: calls.filter((call, index) => isRetry(call, calls[index - 1])).length,
    longestRepeat: longestRepeat(calls),
    longestCallRun: longestRun(calls, isSameCall),
    stepCount: stepCount(events, messages),
    escalationCount: calls.filter(isEscalation).length,
    messageCount: messages.length,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    contextTokensMax: usage.contextTokensMax,
    costMicroUsd: usage.costMicroUsd,
    tools: calls.map(toolStep),
    ...(sandbox && { sandbox: factsIn(sandbox) }),
  };
}

function factsIn({ level, limits, limitedBy, accelerator }: RunEvent<"sandbox.closed">): SandboxFacts {
  return { level, limits, ...(limitedBy !== undefined && { limitedBy }), ...(accelerator && { accelerator }) };
}

/** True for a call that repeats the one before it, which had failed. */
export function isRetry(call: ToolCall, before: ToolCall | undefined): boolean {
  return before !== undefined && before.isError && isSameCall(call, before);
}

/** Handing over to a person, as declared, or by the names that such tools usually have. */
export function isEscalation({ called, declaration }: ToolCall): boolean {
  return declaration?.purpose === "escalation" || /^(transfer_to_human_agents$|escalate)/.test(called.tool);
}

/** Longest run of identical calls with identical results that are no errors: going round in a circle. */
export function longestRepeat(calls: readonly ToolCall[]): number {
  return longestRun(calls, isRepeat);
}

function longestRun(calls: readonly ToolCall[], isSame: (call: ToolCall, before: ToolCall) => boolean): number {
  let longest = 0;
  let current = 0;
  for (const [index, call] of calls.entries()) {
    const before = calls[index - 1];
    current = before && isSame(call, before) ? current + 1 : 1;
    longest = Math.max(longest, current);
  }
  return longest;
}

function isRepeat(call: ToolCall, before: ToolCall): boolean {
  if (before.returned === undefined || call.returned === undefined || before.isError || call.isError) return false;
  return isSameCall(call, before) && equalJson(call.returned.result, before.returned.result);
}

function isSameCall(left: ToolCall, right: ToolCall): boolean {
  return left.called.tool === right.called.tool && equalJson(left.called.arguments, right.called.arguments);
}

/** Answers of the model; in a log without any, the assistant's messages. */
function stepCount(events: readonly RunEvent[], messages: readonly Message[]): number {
  const answers = events.filter((event) => event.type === "model.returned" && event.message !== undefined);
  return answers.length > 0 ? answers.length : messages.filter(({ role }) => role === "assistant").length;
}

function isOfModel(event: RunEvent): event is RunEvent<"model.called" | "model.returned"> {
  return event.type === "model.called" || event.type === "model.returned";
}

/** Repetitions by the boundary itself are one call. */
export function modelCallCount(events: readonly RunEvent[]): number {
  const effects = new Set<number>();
  for (const event of events) if (isOfModel(event)) effects.add(event.effect);
  return effects.size;
}

/** As the run told it; of a run without an end, the time between its first and last event. */
export function durationOf(events: readonly RunEvent[]): number {
  const ended = events.findLast((event) => event.type === "run.ended");
  if (ended?.type === "run.ended") return ended.durationMs;
  return Math.max(0, (events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0));
}
