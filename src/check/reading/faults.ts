import type { RunEvent } from "../../domain/index.ts";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { FAULT_KINDS } from "../../fault/index.ts";
import type { ToolCall } from "./tool-calls.ts";

/** A fault that acted, with the call of a tool it happened to. */
export interface SeenFault {
  readonly event: RunEvent<"fault.injected">;
  readonly kind: string;
  /** What the one who injected it wrote down; empty where that was nothing. */
  readonly detail: JsonObject;
  /** Undefined for a fault of the model, or outside of any tool. */
  readonly call: ToolCall | undefined;
}

/** In the order of the log. */
export function faultsOf(events: readonly RunEvent[], calls: readonly ToolCall[]): readonly SeenFault[] {
  return events.flatMap((event) => {
    if (event.type !== "fault.injected") return [];
    const detail = isJsonObject(event.detail) ? event.detail : {};
    return [{ event, kind: event.fault, detail, call: callHitBy(event, calls) }];
  });
}

/** By its number where the boundary injected it; what the network's edge injects hits the tool that is at work. */
export function callHitBy(
  { effect, on, seq }: RunEvent<"fault.injected">,
  calls: readonly ToolCall[],
): ToolCall | undefined {
  if (effect !== undefined) return calls.find(({ called }) => called.effect === effect);
  if (/^model\b/.test(on)) return undefined;
  return calls.findLast(({ called, returned }) => called.seq < seq && (returned === undefined || returned.seq > seq));
}

const SLOWING: ReadonlySet<string> = new Set(
  FAULT_KINDS.flatMap(({ name, family }) => (family === "time" && name !== "clock-skew" ? [name] : [])),
);

/** Only takes time: a call that still gave its answer has lost nothing. */
export function isSlowing(kind: string): boolean {
  return SLOWING.has(kind) || /latency|delay|slow/i.test(kind);
}

/** A later call asks the same again, or goes on with it: its arguments hold all of the first one's, but for the place in a list. */
export function asksAgain(first: ToolCall, later: ToolCall): boolean {
  if (later.tool !== first.tool || later.called.seq <= first.called.seq) return false;
  if (later.signature === first.signature) return true;
  const [before, after] = [first.called.arguments, later.called.arguments];
  if (!isJsonObject(before) || !isJsonObject(after)) return false;
  return Object.entries(before).every(
    ([key, value]) => PLACE_IN_LIST.test(key) || JSON.stringify(after[key]) === JSON.stringify(value),
  );
}

const PLACE_IN_LIST = /^(?:page|cursor|offset|limit|skip|from|start|after|next|page_?size|page_?token)/i;
