import { readLog, traceReader } from "../../trace/index.ts";
import { type ReadLog, settleAll, type SettlingOptions } from "../../trace/settle/index.ts";
import type { App } from "../open-app.ts";
import { readingOptions } from "./reading-options.ts";

/** As long as a server waits: what still comes in is its business. */
const QUIET_MS = 2_000;

/** Before traces are looked at: what no server has settled yet is. */
export async function settleBeforeLooking(app: App): Promise<void> {
  await settleAll(await appSettling(app), { quietSinceMs: app.clock.nowMs() - QUIET_MS });
}

/** How the project's traces are settled where no server does it. */
export async function appSettling(app: App): Promise<SettlingOptions> {
  const { clock } = app;
  const [store, config] = await Promise.all([app.store(), app.config()]);
  const { prices, rulesOf } = readingOptions(config);
  const read: ReadLog = (events, place) => readLog(events, { ...place, rulesOf });
  return { store, clock, readTrace: traceReader({ prices, rulesOf }), logs: { store, readLog: read, prices } };
}
