import { mergePrices } from "../../model/pricing/index.ts";
import type { Store } from "../../store/index.ts";
import { openSettler, type Settler } from "../../trace/settle/index.ts";
import { readLog, traceReader } from "../../trace/index.ts";
import { agentHistories } from "./agent-histories.ts";
import type { App } from "../open-app.ts";

/** A trace of which nothing came for so long is read; what comes later is read again. */
const QUIET_MS = 2_000;

/** Reads traces that have come in, beside everything else, until it is closed. */
export async function openTraceSettler(
  app: App,
  { store, onError }: { readonly store: Store; readonly onError: (error: unknown) => void },
): Promise<Settler> {
  const { clock } = app;
  const { prices } = await app.config();
  const table = mergePrices(prices);
  const historyOf = agentHistories({ store, clock, onError });
  return openSettler({
    store,
    readTrace: traceReader({ prices: table, historyOf }),
    logs: { store, readLog: (events, place) => readLog(events, { ...place, historyOf }), prices: table },
    clock,
    quietMs: QUIET_MS,
    onFailure: onError,
  });
}
