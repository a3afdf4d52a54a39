import type { RunEvent } from "../domain/index.ts";
import type { PendingDecision } from "./runtime.ts";

/** What the run asks of a person, as far as its log tells: approvals not decided, and calls in doubt it is paused on. */
export function pendingDecisions(events: readonly RunEvent[]): PendingDecision[] {
  const last = events.at(-1);
  if (last?.type === "run.ended") return [];
  const decided = new Set(events.flatMap((event) => (event.type === "approval.decided" ? event.effect : [])));
  const approvals = new Map<number, PendingDecision>();
  for (const event of events) {
    if (event.type !== "approval.requested" || decided.has(event.effect)) continue;
    const { effect, tool = "", arguments: asked = null, reason, atMs } = event;
    approvals.set(effect, { kind: "approval", effect, tool, arguments: asked, reason, requestedAtMs: atMs });
  }
  return [...approvals.values(), ...doubts(events)];
}

function doubts(events: readonly RunEvent[]): PendingDecision[] {
  const paused = events.findLast((event) => event.type === "run.paused" || event.type === "run.resumed");
  if (paused?.type !== "run.paused") return [];
  const returned = new Set(events.flatMap((event) => (event.type === "tool.returned" ? event.effect : [])));
  const calls = new Map(
    events.flatMap((event) => (event.type === "tool.called" ? [[event.effect, event] as const] : [])),
  );
  return [...calls.values()].flatMap((call) => {
    if (returned.has(call.effect) || !paused.effects.includes(call.effect)) return [];
    const { effect, tool, arguments: given, atMs, attempt } = call;
    return { kind: "doubt" as const, effect, attempt, tool, arguments: given, calledAtMs: atMs };
  });
}
