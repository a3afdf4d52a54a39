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
  const calls: Call[] = [];
  const openByEffect = new Map<number, Call>();
  for (const event of events) {
    if (event.type === "tool.called" && !openByEffect.has(event.effect)) {
      const call = new Call(event);
      openByEffect.set(event.effect, call);
      calls.push(call);
    } else if (event.type === "tool.returned") {
      const call = openByEffect.get(event.effect);
      openByEffect.delete(event.effect);
      call?.end(event);
    }
  }
  return calls;
}

/** Most signatures are never asked for: each is made when it is. */
class Call implements ToolCall {
  readonly called: RunEvent<"tool.called">;
  declare returned?: RunEvent<"tool.returned">;
  failure: string | null = null;
  #signature: string | undefined;

  constructor(called: RunEvent<"tool.called">) {
    this.called = called;
  }

  get tool(): string {
    return this.called.tool;
  }

  get signature(): string {
    return (this.#signature ??= `${this.tool} ${canonicalJson(this.called.arguments)}`);
  }

  end(returned: RunEvent<"tool.returned">): void {
    this.returned = returned;
    this.failure = failureOfReturn(returned);
  }
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
