import { readLog, traceReader } from "../../trace/index.ts";
import { openSettler, type ReadLog, type Settler } from "../../trace/settle/index.ts";
import type { App } from "../open-app.ts";
import { readingOptions } from "./reading-options.ts";

/** As long as a server waits: what still comes in is its business. */
const QUIET_MS = 2_000;

/** Settles when it is told to, and not by itself. */
export async function openAppSettler(app: App): Promise<Settler> {
  const { clock } = app;
  const [store, config] = await Promise.all([app.store(), app.config()]);
  const { prices, rulesOf } = readingOptions(config);
  const read: ReadLog = (events, place) => readLog(events, { ...place, rulesOf });
  return openSettler({
    store,
    readTrace: traceReader({ prices, rulesOf }),
    logs: { store, readLog: read, prices },
    clock,
    quietMs: Infinity,
    pollMs: 2 ** 31 - 1,
  });
}

/** Before traces are looked at: what no server has settled yet is. */
export async function settleBeforeLooking(app: App): Promise<void> {
  await using settler = await openAppSettler(app);
  await settler.settle(app.clock.nowMs() - QUIET_MS);
}
