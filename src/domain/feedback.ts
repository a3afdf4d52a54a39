import type { Id, JsonObject } from "../kernel/index.ts";

/** What people said or did about a run after it: outcomes, not outputs. */
export interface Feedback {
  readonly id: Id<"feedback">;
  readonly runId: Id<"run">;
  readonly atMs: number;
  /** `rating` is good or bad as a person said (thumbs, score); `outcome` is what happened (reopened, refund reversed). */
  readonly kind: "rating" | "outcome";
  /** What was rated or what happened, e.g. `helpful`, `ticket.reopened`. */
  readonly name: string;
  /** In [0, 1]: 0 is bad, 1 is good. */
  readonly score: number;
  readonly comment?: string;
  /** Who said it: a user's id, or a system's name. */
  readonly by: string;
  readonly attributes?: JsonObject;
}
