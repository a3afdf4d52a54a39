import type { ToolSchema } from "./language-model.ts";
import { type ConversationView, isFailedResult } from "./conversation-view.ts";
import type { CallCount, Condition } from "./script.ts";

/** What the patterns of a matched condition found, for templates. */
export interface Match {
  readonly user?: RegExpMatchArray;
  readonly anyUser?: RegExpMatchArray;
}

/** @returns null when the condition does not hold */
export function matchCondition(
  condition: Condition,
  where: { readonly view: ConversationView; readonly tools: readonly ToolSchema[] },
): Match | null {
  const { view } = where;
  const user = condition.user === undefined ? undefined : (view.users.at(-1) ?? "").match(pattern(condition.user));
  const anyUser = condition.anyUser === undefined ? undefined : findAnyUser(view, condition.anyUser);
  if (user === null || anyUser === null || !holds(condition, where)) return null;

  let match: Match = { ...(user && { user }), ...(anyUser && { anyUser }) };
  for (const part of condition.all ?? []) {
    const inner = matchCondition(part, where);
    if (!inner) return null;
    match = { ...inner, ...match };
  }
  if (condition.any) {
    const inner = condition.any.map((part) => matchCondition(part, where)).find((found) => found !== null);
    if (!inner) return null;
    match = { ...inner, ...match };
  }
  if (condition.not && matchCondition(condition.not, where)) return null;
  return match;
}

export function pattern(source: string): RegExp {
  return new RegExp(source, "is");
}

function holds(
  condition: Condition,
  { view, tools }: { view: ConversationView; tools: readonly ToolSchema[] },
): boolean {
  const { system, called, notCalled, calledInTurn, notCalledInTurn, calledTimes, lastTool, turn, offered } = condition;
  return [
    system === undefined || view.systems.some((text) => pattern(system).test(text)),
    list(called).every((tool) => view.calls.includes(tool)),
    !list(notCalled).some((tool) => view.calls.includes(tool)),
    list(calledInTurn).every((tool) => view.callsInTurn.includes(tool)),
    !list(notCalledInTurn).some((tool) => view.callsInTurn.includes(tool)),
    calledTimes === undefined || isWithin(view.calls.filter((tool) => tool === calledTimes.tool).length, calledTimes),
    lastTool === undefined || view.lastResult?.tool === lastTool,
    lastResultHolds(condition, view),
    turn === undefined || view.users.length === turn,
    offered === undefined || tools.some((tool) => tool.name === offered),
  ].every(Boolean);
}

function lastResultHolds({ lastResult, lastFailed }: Condition, view: ConversationView): boolean {
  if (lastResult === undefined && lastFailed === undefined) return true;
  const newest = view.lastResult;
  if (!newest) return false;
  if (lastResult !== undefined && !pattern(lastResult).test(JSON.stringify(newest.result))) return false;
  if (lastFailed === undefined) return true;
  return isFailedResult(newest) && (lastFailed === true || newest.tool === lastFailed);
}

function findAnyUser(view: ConversationView, source: string): RegExpMatchArray | null {
  const text = view.users.findLast((candidate) => pattern(source).test(candidate));
  return text === undefined ? null : text.match(pattern(source));
}

function isWithin(count: number, { atLeast = 0, atMost = Infinity, exactly = count }: CallCount): boolean {
  return count >= atLeast && count <= atMost && count === exactly;
}

function list(tools: string | readonly string[] | undefined): readonly string[] {
  if (tools === undefined) return [];
  return typeof tools === "string" ? [tools] : tools;
}
