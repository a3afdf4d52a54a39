import type { Json } from "../kernel/index.ts";

/** What counted as right, as far as a recording says it: kept beside the run, never shown to an agent. */
export interface ExpectedOutcome {
  /** Calls that had to be made. */
  readonly calls?: readonly { readonly tool: string; readonly arguments: Json }[];
  /** What the user had to be told. */
  readonly told?: readonly string[];
}
