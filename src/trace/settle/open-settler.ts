import { setTimeout as sleep } from "node:timers/promises";
import { AegisError } from "../../kernel/index.ts";
import type { RuntimeStore, TraceStore } from "../../store/index.ts";
import { settleAll, type SettlingOptions } from "./settle-all.ts";

export interface SettlerOptions extends SettlingOptions {
  readonly store: SettlingOptions["store"] & Pick<TraceStore, "packTraces"> & Pick<RuntimeStore, "holdWorker">;
  /** How long nothing came of a trace before it is settled. */
  readonly quietMs: number;
  /** How often to look when there was nothing to do. */
  readonly pollMs?: number;
}

const POLL_MS = 500;
/** Traces that are packed together when there is nothing to settle, and how long others have their turn in between. */
const PACKED_TOGETHER = 8;
const PACKING_PAUSE_MS = 50;
/** Of all processes that share a store one settles; should two, nothing is harmed. */
const LOCK = "trace settler";

/**
 * Settles traces once they are quiet, until it is closed. What it does not get to before its process ends, the next one
 * does: what is to be settled stands in the store.
 */
export function openSettler(options: SettlerOptions): AsyncDisposable {
  const closing = new AbortController();
  const work = settleUntil(closing.signal, options);
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await work;
    },
  };
}

async function settleUntil(signal: AbortSignal, options: SettlerOptions): Promise<void> {
  const { store, clock, quietMs, pollMs = POLL_MS, onFailure = () => {} } = options;
  let release: (() => Promise<void>) | undefined;
  while (!signal.aborted) {
    let packed = 0;
    try {
      release ??= await store.holdWorker(LOCK);
      const settled = await settleAll(options, { quietSinceMs: clock.nowMs() - quietMs, signal });
      if (settled === 0) packed = await store.packTraces(PACKED_TOGETHER);
    } catch (error) {
      if (!isHeldByAnother(error)) onFailure(error);
    }
    // Aborted: it is closed.
    const pauseMs = packed > 0 ? Math.min(PACKING_PAUSE_MS, pollMs) : pollMs;
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }
  await release?.().catch(onFailure);
}

function isHeldByAnother(error: unknown): boolean {
  return error instanceof AegisError && error.code === "store.locked";
}
