import type { Id, Json } from "../kernel/index.ts";

/**
 * Something said to a run from outside while it runs or waits. It is kept in the store until the run's one writer takes
 * it into the log, so that no decision is lost with a process.
 */
export type RunSignal = {
  readonly id: string;
  readonly runId: Id<"run">;
  /** Ascending among all signals of the store. */
  readonly position: number;
  readonly atMs: number;
  /** The person, key or service that said it. */
  readonly by: string;
} & RunSignalBody;

export type RunSignalBody =
  | {
      readonly kind: "approval";
      /** The effect of `approval.requested`. */
      readonly effect: number;
      readonly decision: "approved" | "denied" | "edited";
      /** Instead of the asked ones, for `edited`. */
      readonly arguments?: Json;
    }
  | {
      readonly kind: "doubt";
      /** The effect of the tool call in doubt. */
      readonly effect: number;
      /** Which of its calls, from 1: told by the run's log, not by who decides. */
      readonly attempt?: number;
      /** It happened (with this result), it did not and may be made again, or it counts as failed. */
      readonly decision: "happened" | "repeat" | "failed";
      readonly result?: Json;
    }
  | { readonly kind: "message"; readonly content: string }
  | { readonly kind: "cancel" };

/** Of one slot a run takes one signal: a second decision on the same effect is refused. */
export function signalSlot(signal: RunSignalBody & { readonly id: string }): string {
  switch (signal.kind) {
    case "approval":
      return `approval:${signal.effect}`;
    case "doubt":
      return `doubt:${signal.effect}:${signal.attempt ?? 1}`;
    case "message":
      return `message:${signal.id}`;
    case "cancel":
      return "cancel";
  }
}
