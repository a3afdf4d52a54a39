import { mergePrices } from "../../model/pricing/index.ts";
import { openTraces, type Traces } from "../../trace/index.ts";
import type { App } from "../open-app.ts";

/** The project's traces, with the prices its config names. */
export async function openAppTraces(app: App): Promise<Traces> {
  const [store, { prices }] = await Promise.all([app.store(), app.config()]);
  return openTraces({ store, clock: app.clock, makeId: app.makeId, prices: mergePrices(prices) });
}
