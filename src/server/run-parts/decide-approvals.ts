import { AegisError } from "../../kernel/index.ts";
import type { Runtime } from "../../runtime/index.ts";

interface Decisions {
  readonly runId: string;
  readonly by: string;
  readonly decisions: readonly { readonly effect: number; readonly isApproved: boolean }[];
}

/**
 * Tells a run what a person decided. A client sends decisions again with what it has on its screen: one that was made
 * before, by whomever, stands, and what follows shows it.
 */
export async function decideApprovals(runtime: Runtime, { runId, by, decisions }: Decisions): Promise<void> {
  for (const { effect, isApproved } of decisions) {
    const decision = isApproved ? "approved" : "denied";
    await runtime.signal(runId, { by, body: { kind: "approval", effect, decision } }).catch(unlessSettled);
  }
}

function unlessSettled(error: unknown): void {
  const isSettled = error instanceof AegisError && (error.code === "run.already_decided" || error.code === "run.ended");
  if (!isSettled) throw error;
}
