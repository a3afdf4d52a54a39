import type { PendingDecision } from "../../src/runtime/index.ts";
import { type Client, insist } from "../chaos/insist.ts";
import { clientOf } from "./start-run.ts";

const LOOK_MS = 100;

/** A person at the desk: approves what asks, and has repeated what a crash left in doubt. */
export function settleRuns(url: string): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const client = clientOf({ url, signal: stopping.signal });
  const work = async () => {
    while (!stopping.signal.aborted) {
      await settleAll(client);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const working = work().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

async function settleAll(client: Client): Promise<void> {
  const { body } = await insist(client, "/v1/runs?status=paused&limit=50");
  for (const { id } of (body as { readonly items: readonly { readonly id: string }[] }).items) {
    const pending = await insist(client, `/v1/runs/${id}/decisions`);
    for (const { kind, effect } of pending.body as readonly PendingDecision[]) {
      const decision = kind === "approval" ? "approved" : "repeat";
      await insist(client, `/v1/runs/${id}/decisions`, { method: "POST", body: { kind, effect, decision } });
    }
  }
}
