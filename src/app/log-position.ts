import { setImmediate as turn } from "node:timers/promises";

/** How many events a trial on another machine had told when it asked: what it asks belongs behind them in its log. */
export const LOG_POSITION_HEADER = "aegis-log-position";

/**
 * What an agent told before it asked has reached this process, but maybe not this code: its pipe and its request are
 * ready in the same turn of the event loop, in any order.
 */
export async function whatWasToldBefore(): Promise<void> {
  await turn();
}
