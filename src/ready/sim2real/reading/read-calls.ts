import { isJsonObject, type Json } from "../../../kernel/index.ts";
import { type ToolCall, toolCallsOf } from "../../../check/index.ts";
import type { RunEvent } from "../../../domain/index.ts";
import { type CallEnd, callEndOf } from "./classify-failure.ts";

/** One tool call as the gap sees it. */
export interface CallFacts {
  readonly tool: string;
  readonly end: CallEnd;
  /** `order_id:string`, the arguments' names and types. */
  readonly argumentTypes: readonly string[];
  /** The result as text; undefined where nothing came back, or an error did. */
  readonly resultText?: string;
  readonly durationMs?: number;
  /** The same call right after its own failure. */
  readonly isRetry: boolean;
}

export function readCalls(events: readonly RunEvent[]): CallFacts[] {
  const calls = toolCallsOf(events);
  return calls.map((call, index) => {
    const { returned, tool } = call;
    const resultText = returned?.error === undefined ? textOf(returned?.result) : undefined;
    return {
      tool,
      end: callEndOf(returned),
      argumentTypes: typesOf(call.called.arguments),
      isRetry: isRetry(call, calls[index - 1]),
      ...(resultText !== undefined && { resultText }),
      ...(returned && { durationMs: returned.durationMs }),
    };
  });
}

function isRetry(call: ToolCall, before: ToolCall | undefined): boolean {
  return before !== undefined && before.failure !== null && before.signature === call.signature;
}

function textOf(result: Json | undefined): string | undefined {
  return result === undefined || typeof result === "string" ? result : JSON.stringify(result);
}

function typesOf(given: Json): string[] {
  if (!isJsonObject(given)) return [`(${typeOf(given)})`];
  return Object.entries(given).map(([name, value]) => `${name}:${typeOf(value ?? null)}`);
}

function typeOf(value: Json): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}
