import type { EventType, NewEvent } from "./run-event.ts";

type Kind = "string" | "number" | "object" | "list" | "any";

const effect = { effect: "number", attempt: "number" } as const;
const returned = { effect: "number", durationMs: "number" } as const;
const call = { callId: "string", tool: "string" } as const;

/** The fields without which an event of its type means nothing. */
const REQUIRED: Readonly<Record<EventType, Readonly<Record<string, Kind>>>> = {
  "run.started": { schemaVersion: "number", agent: "object", origin: "string" },
  "message.received": { from: "string", content: "string" },
  "message.sent": { content: "string" },
  "model.called": {
    ...effect,
    provider: "string",
    model: "string",
    keptCount: "number",
    added: "list",
    toolNames: "list",
  },
  "model.returned": returned,
  "tool.called": { ...effect, ...call, arguments: "any" },
  "tool.returned": { ...returned, ...call },
  "http.called": { ...effect, method: "string", url: "string" },
  "http.returned": returned,
  "sleep.called": { ...effect, ms: "number" },
  "sleep.returned": returned,
  "approval.requested": { ...effect, reason: "string" },
  "approval.decided": { ...returned, decision: "string", by: "string" },
  "memory.called": { ...effect, operation: "string", key: "string" },
  "memory.returned": returned,
  "clock.read": { effect: "number", valueMs: "number" },
  "random.drawn": { effect: "number", value: "number" },
  "fault.injected": { on: "string", fault: "string" },
  "state.captured": { changes: "list" },
  "output.captured": { stream: "string", text: "string", bytes: "number", isTruncated: "any" },
  "run.ended": { outcome: "string", durationMs: "number" },
};

/** Is this value, from somebody we do not trust, an event with its required fields in place? */
export function isEvent(value: unknown): value is NewEvent {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  const { type } = fields;
  if (typeof type !== "string" || !Object.hasOwn(REQUIRED, type)) return false;
  if (!isKind(fields["atMs"], "number") || !isKind(fields["witness"], "string")) return false;
  return Object.entries(REQUIRED[type as EventType]).every(([name, kind]) => isKind(fields[name], kind));
}

function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "any":
      return value !== undefined;
    case "list":
      return Array.isArray(value);
    case "number":
      return Number.isFinite(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "string":
      return typeof value === "string";
  }
}
