import type { RunEvent, ToolDeclaration } from "../../domain/index.ts";
import type { FinishedRun } from "../check.ts";
import type { ToolCall } from "./tool-calls.ts";

/** What the log knows of each tool: the list at the start, completed by what was written with each call. */
export function declarationsOf(events: readonly RunEvent[]): ReadonlyMap<string, ToolDeclaration> {
  const declarations = new Map<string, ToolDeclaration>();
  for (const event of events) {
    const known = event.type === "run.started" ? (event.tools ?? []) : [];
    for (const declaration of known) declarations.set(declaration.name, declaration);
    if (event.type === "tool.called" && event.declaration) declarations.set(event.tool, event.declaration);
  }
  return declarations;
}

/** True where the call can do harm, null where nobody said. */
export function isRisky(
  call: Pick<ToolCall, "tool">,
  declarations: ReadonlyMap<string, ToolDeclaration>,
  risks: readonly ToolDeclaration["risk"][] = ["write", "irreversible"],
): boolean | null {
  const declaration = declarations.get(call.tool);
  if (!declaration) return null;
  return declaration.purpose !== "escalation" && risks.includes(declaration.risk);
}

/**
 * True where the call settles the matter: it cannot be undone, or it changes the thing itself instead of preparing it,
 * handing it over or telling somebody about it. Null where nobody said.
 */
export function isDecisive(
  call: Pick<ToolCall, "tool">,
  declarations: ReadonlyMap<string, ToolDeclaration>,
): boolean | null {
  const declaration = declarations.get(call.tool);
  if (declaration?.purpose === "draft") return false;
  const risks = declaration?.purpose === "action" ? (["write", "irreversible"] as const) : (["irreversible"] as const);
  return isRisky(call, declarations, risks);
}

/** On whose behalf the run acted and what they may do; null when nobody said. */
export function grantsOf(run: FinishedRun): readonly string[] | null {
  if (run.user) return run.user.grants;
  return run.events.find((event) => event.type === "run.started")?.user?.grants ?? null;
}
