import type { RunEvent } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import type { Runtime } from "../../runtime/index.ts";
import type { RunStore } from "../../store/index.ts";

interface Pause {
  readonly runId: Id<"run">;
  readonly effects: RunEvent<"run.paused">["effects"];
}

/**
 * Is this pause for a person still on? A pause that lies back in the log is over, and so is one whose decision has come
 * in, even if nobody has taken it into the log yet.
 */
export async function isWaitedFor(
  { runtime, store }: { readonly runtime: Runtime; readonly store: Pick<RunStore, "listSignals"> },
  { runId, effects }: Pause,
): Promise<boolean> {
  const pending = new Set((await runtime.pendingDecisions(runId)).map(({ effect }) => effect));
  for (const signal of await store.listSignals(runId)) {
    if (signal.kind === "approval") pending.delete(signal.effect);
    // It will not wait for anybody any more.
    if (signal.kind === "cancel") return false;
  }
  return effects.length > 0 && effects.every((effect) => pending.has(effect));
}
