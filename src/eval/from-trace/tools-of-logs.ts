import type { RecordedTool, RunEvent } from "../../domain/index.ts";
import { declarationsOf } from "../../check/index.ts";
import type { JsonObject } from "../../kernel/index.ts";

/** Every tool that the logs show, called or offered, with what they know of it; in order of name. */
export function toolsOfLogs(logs: readonly (readonly RunEvent[])[]): RecordedTool[] {
  const events = logs.flat();
  const declarations = declarationsOf(events);
  const schemas = schemasIn(events);
  const names = new Set([
    ...declarations.keys(),
    ...events.flatMap((event) => {
      if (event.type === "tool.called") return [event.tool];
      return event.type === "model.called" ? event.toolNames : [];
    }),
  ]);
  return [...names].sort().map((name) => {
    const declaration = declarations.get(name);
    const inputSchema = schemas.get(name);
    return { name, ...(inputSchema && { inputSchema }), ...(declaration && { declaration }) };
  });
}

/** Requests of an approval say what their tool takes. */
function schemasIn(events: readonly RunEvent[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    events.flatMap((event) =>
      event.type === "approval.requested" && event.tool !== undefined && event.inputSchema
        ? [[event.tool, event.inputSchema] as const]
        : [],
    ),
  );
}
