import { applyChanges, type RunEvent } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject, pathKeys } from "../../kernel/index.ts";

/** What of the world around a run its log shows. */
export interface SeenWorld {
  readonly clock?: string;
  readonly user?: { readonly id: string; readonly grants: readonly string[] };
  readonly memory: readonly JsonObject[];
  readonly approvals: readonly {
    readonly tool: string;
    readonly decision: "approved" | "denied";
    readonly by: string;
  }[];
  /** By name; what the run changed, as it was before. */
  readonly state: Readonly<Record<string, Json>>;
  readonly notRecorded: readonly string[];
}

export function worldOfLog(events: readonly RunEvent[]): SeenWorld {
  const started = events.find((event) => event.type === "run.started");
  const captured = events.findLast((event) => event.type === "state.captured");
  const state = stateBefore(captured);
  const httpCount = events.filter((event) => event.type === "http.called").length;
  return {
    // A recording without times carries one and the same everywhere: it says nothing of when it was.
    ...(started && hasTimes(events) && { clock: new Date(started.atMs).toISOString() }),
    ...(started?.user && { user: { id: started.user.id, grants: started.user.grants } }),
    memory: memoryOf(events, started?.atMs ?? 0),
    approvals: approvalsOf(events),
    state,
    notRecorded: [
      ...(captured && Object.keys(state).length > 0
        ? ["Of the state only what the run changed is known, as it was before; the rest is not in the trace."]
        : []),
      ...(httpCount > 0 ? ["HTTP calls of the agent itself are not played again: only its tools are."] : []),
    ],
  };
}

function hasTimes(events: readonly RunEvent[]): boolean {
  return events.some(({ atMs }) => atMs !== events[0]?.atMs);
}

/** Files and databases of a workspace are made otherwise. */
const NOT_FIXTURES = new Set(["files", "database"]);

function stateBefore(captured: RunEvent<"state.captured"> | undefined): Readonly<Record<string, Json>> {
  const changes = (captured?.changes ?? []).filter(
    ({ path, before }) => before !== undefined && !NOT_FIXTURES.has(pathKeys(path)[0] ?? ""),
  );
  const before = applyChanges(
    {},
    changes.map(({ path, before: value }) => ({ path, after: value as Json })),
  );
  return isJsonObject(before) ? (before as Readonly<Record<string, Json>>) : {};
}

const DAY_MS = 86_400_000;

/** What the run read before it wrote there. */
function memoryOf(events: readonly RunEvent[], startedAtMs: number): JsonObject[] {
  const seen = new Set<string>();
  const called = new Map<number, RunEvent<"memory.called">>();
  const entries: JsonObject[] = [];
  for (const event of events) {
    if (event.type === "memory.called") called.set(event.effect, event);
    if (event.type !== "memory.returned") continue;
    const call = called.get(event.effect);
    if (!call || call.operation === "search") continue;
    const owner = call.owner ?? "user";
    const place = `${owner} ${call.key}`;
    if (seen.has(place)) continue;
    seen.add(place);
    const { value, updatedAtMs } = event;
    if (call.operation !== "read" || value === undefined || value === null) continue;
    const ageDays =
      updatedAtMs === undefined ? 0 : Math.max(0, Math.round(((startedAtMs - updatedAtMs) / DAY_MS) * 100) / 100);
    entries.push({ owner, key: call.key, value, ...(ageDays > 0 && { ageDays }) });
  }
  return entries;
}

function approvalsOf(events: readonly RunEvent[]): SeenWorld["approvals"] {
  const byTool = new Map<string, SeenWorld["approvals"][number]>();
  for (const event of events) {
    if (event.type !== "approval.decided" || event.tool === undefined || byTool.has(event.tool)) continue;
    const decision = event.decision === "denied" ? "denied" : "approved";
    byTool.set(event.tool, { tool: event.tool, decision, by: event.by });
  }
  return [...byTool.values()];
}
