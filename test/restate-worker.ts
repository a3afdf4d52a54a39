import { setTimeout as sleep } from "node:timers/promises";
import type { AgentVersion } from "../src/domain/index.ts";
import { openRestateDispatcher } from "../src/runtime/adapters/restate-dispatcher.ts";
import { openSqliteStore } from "../src/store/adapters/sqlite/open-sqlite-store.ts";
import { tinyPerformer } from "../src/testing/tiny-performer.ts";

/** How the test starts this program: as JSON in its only argument. */
export interface WorkerOrder {
  readonly storePath: string;
  readonly workerId: string;
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly advertisedUrl: string;
  readonly port: number;
  readonly offers: readonly AgentVersion[];
  readonly identityKeys?: readonly string[];
}

/** What it tells: that it is ready, and how each go at a run ended. */
export type WorkerReport = "ready" | { readonly runId: string; readonly kind: string };

/** A worker whose runs make as many steps as their message says, `<steps> x <milliseconds>`. */
const order = JSON.parse(process.argv[2] ?? "") as WorkerOrder;
const store = await openSqliteStore({ path: order.storePath, synchronous: "normal", busyTimeoutMs: 20_000 });
// Ends with this process: others see that it is gone.
await store.holdWorker(order.workerId);
const perform = tinyPerformer({
  store,
  workerId: order.workerId,
  offers: order.offers,
  async work({ run, signal, step, stepsBefore }) {
    const [stepCount = 1, stepMs = 0] = run.input.message.split(" x ").map(Number);
    for (let index = stepsBefore; index < stepCount; index += 1) {
      await sleep(stepMs, undefined, { signal });
      await step();
    }
    return { kind: "end" };
  },
});
await openRestateDispatcher({ ...order, listen: { host: "127.0.0.1", port: order.port }, takeoverAfterMs: 1_000 })(
  async (runId, options) => {
    const performance = await perform(runId, options);
    process.send?.({ runId, kind: performance.kind } satisfies WorkerReport);
    return performance;
  },
);
process.send?.("ready" satisfies WorkerReport);
