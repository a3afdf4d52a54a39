import type { AgentVersion } from "../../domain/index.ts";
import type { Clock } from "../../kernel/index.ts";
import type { OpenDispatcher } from "../../runtime/index.ts";
import { localDispatcher } from "../../runtime/adapters/local-dispatcher.ts";
import type { Store } from "../../store/index.ts";
import type { RestateOptions } from "../define-config.ts";

interface DispatchChoice {
  readonly restate: RestateOptions | undefined;
  readonly store: Store;
  readonly offers: readonly AgentVersion[];
  readonly clock: Clock;
  readonly onError?: (error: unknown) => void;
}

/** A worker that Restate has lost but that holds its lock may be well: it gets this long to be found again. */
const TAKEOVER_AFTER_MS = 1_000;
const HERE = { host: "127.0.0.1", port: 0 };

/** This process performs its runs itself, unless the config names a Restate server. */
export function chooseDispatcher(choice: DispatchChoice): (worker: { readonly workerId: string }) => OpenDispatcher {
  const { restate, store, offers, clock, onError } = choice;
  if (restate === undefined) {
    return ({ workerId }) => localDispatcher({ store, workerId, offers, clock, ...(onError && { onError }) });
  }
  return () => async (perform) => {
    const { openRestateDispatcher } = await import("../../runtime/adapters/restate-dispatcher.ts");
    return openRestateDispatcher({ listen: HERE, ...restate, offers, clock, takeoverAfterMs: TAKEOVER_AFTER_MS })(
      perform,
    );
  };
}
