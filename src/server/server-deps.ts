import type { Clock, Id } from "../kernel/index.ts";
import type { PriceTable } from "../model/pricing/index.ts";
import { openTraces } from "../trace/index.ts";
import type { AuthOptions } from "./auth/authenticate.ts";
import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { openStreams } from "./open-streams.ts";
import { ownThings } from "./own-things.ts";
import type { ServerDeps } from "./route-context.ts";
import type { ServedParts } from "./served-parts.ts";
import { serverLimits, type ServerLimits } from "./server-limits.ts";
import { countSessions } from "./session-count.ts";

export interface ServerAppOptions extends Pick<ServedParts, "runtime" | "store"> {
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Null: nobody is asked who they are, and only this machine may call. */
  readonly auth: AuthOptions | null;
  /** What a call costs whose span tells tokens but no cost. */
  readonly prices?: PriceTable;
  readonly limits?: Partial<ServerLimits>;
  readonly log?: Log;
}

/** What all routes share. */
export function serverDeps(options: ServerAppOptions): ServerDeps {
  const { runtime, store, clock, makeId, randomBytes, prices, log = () => undefined } = options;
  const limits = serverLimits(options.limits);
  const streams = openStreams(limits);
  return {
    runtime,
    store,
    traces: openTraces({ store, clock, makeId, ...(prices && { prices }) }),
    clock,
    makeId,
    randomBytes,
    limits,
    log,
    metrics: new Metrics(),
    streams,
    sessionCounts: countSessions(store, limits.sessionsPerUserMax),
    ...ownThings(runtime),
    stream: (c, streamOptions, produce) =>
      streams.serve(c, streamOptions, produce, (error) => {
        log({ level: "error", message: "A stream was cut", details: { path: c.req.path }, error });
      }),
  };
}
