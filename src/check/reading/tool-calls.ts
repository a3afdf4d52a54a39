import type { RunEvent } from "../../domain/index.ts";
import { canonicalJson, isJsonObject, type Json } from "../../kernel/index.ts";
import { failureOfReturn } from "./failure-of-return.ts";

/** One call of a tool and what came back. */
export interface ToolCall {
  readonly called: RunEvent<"tool.called">;
  /** Missing when the log ends before, or the return was never recorded. */
  readonly returned?: RunEvent<"tool.returned">;
  readonly tool: string;
  /** Equal for the same tool with the same arguments. */
  readonly signature: string;
  /** Why it failed; null when it did not, or nothing came back. */
  readonly failure: string | null;
}

/**
 * Calls in the order they were made. A call that the boundary repeated after a crash, without a return in between, is
 * one call; a call repeated after a recorded return is another one.
 */
export function toolCallsOf(events: readonly RunEvent[]): readonly ToolCall[] {
  const calls: ToolCall[] = [];
  const openByEffect = new Map<number, number>();
  for (const event of events) {
    if (event.type === "tool.called" && !openByEffect.has(event.effect)) {
      openByEffect.set(event.effect, calls.length);
      const signature = `${event.tool} ${canonicalJson(event.arguments)}`;
      calls.push({ called: event, tool: event.tool, signature, failure: null });
    } else if (event.type === "tool.returned") {
      const index = openByEffect.get(event.effect);
      const call = index === undefined ? undefined : calls[index];
      if (index === undefined || !call) continue;
      openByEffect.delete(event.effect);
      calls[index] = { ...call, returned: event, failure: failureOfReturn(event) };
    }
  }
  return calls;
}

/** Returned, and without a failure. */
export function hasSucceeded(call: ToolCall): boolean {
  return call.returned !== undefined && call.failure === null;
}

/** The events a statement about this call rests on. */
export function eventsOfCall(call: ToolCall): number[] {
  return call.returned ? [call.called.seq, call.returned.seq] : [call.called.seq];
}

/** The result as data: JSON in a text is read, since many tools hand back text. */
export function resultOf(returned: RunEvent<"tool.returned"> | undefined): Json | undefined {
  const result = returned?.result;
  if (typeof result !== "string" || !/^\s*[[{]/.test(result)) return result;
  try {
    const parsed = JSON.parse(result) as Json;
    return isJsonObject(parsed) || Array.isArray(parsed) ? parsed : result;
  } catch {
    return result;
  }
}
