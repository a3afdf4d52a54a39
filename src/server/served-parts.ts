import type { Runtime } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import type { Traces } from "../trace/index.ts";

/** What the server is over. */
export interface ServedParts {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly traces: Traces;
}
