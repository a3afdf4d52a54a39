import type { Id, JsonObject } from "../kernel/index.ts";

/** One conversation of one owner with one agent: its runs, one at a time, and what they keep between them. */
export interface Session {
  readonly id: Id<"session">;
  /** The agent's name; which version answers is decided for each run. */
  readonly agent: string;
  /** The user it belongs to: nobody else sees it. */
  readonly ownerId: string;
  /** What the agent keeps from run to run: changed by a run, stored when the run ends. */
  readonly state: JsonObject;
  /** The caller's own labels; Aegis does not read them. */
  readonly metadata: JsonObject;
  readonly createdAtMs: number;
  /** When it was closed; a closed session takes no further message. */
  readonly closedAtMs: number | null;
}
