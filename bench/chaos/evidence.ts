// What is known once all is over, from every side: the clients, the store past the server, and the outside.
import type { RunEvent, RunRecord, Session } from "../../src/domain/index.ts";
import type { Arrival } from "./ledger.ts";
import type { AcceptedRun, Aside } from "./load.ts";

/** One accepted run, seen from all sides. */
export interface RunEvidence {
  readonly accepted: AcceptedRun;
  /** As the store has it; undefined when it was lost. */
  readonly record: RunRecord | undefined;
  readonly events: readonly RunEvent[];
  /** As the API told it at the end; undefined when that was not waited for. */
  readonly told: readonly unknown[] | undefined;
  /** What reached the ledger for its markers, in order. */
  readonly arrivals: readonly Arrival[];
}

export interface Evidence {
  readonly runs: readonly RunEvidence[];
  /** What was said aside, and the logs of the runs that answered it because it came too late for another. */
  readonly asides: readonly Aside[];
  readonly asideLogs: ReadonlyMap<string, readonly RunEvent[]>;
  /** All runs the store has. */
  readonly records: readonly RunRecord[];
  readonly sessions: readonly Session[];
  /** Versions of each memory key, by owner: their writers' markers in order. */
  readonly memories: ReadonlyMap<string, readonly string[]>;
}

export interface Violation {
  readonly runId?: string;
  readonly what: string;
}

export function only<Type extends RunEvent["type"]>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type);
}
