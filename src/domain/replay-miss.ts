import type { Json } from "../kernel/index.ts";

/** A call that replay had no answer for. */
export interface ReplayMiss {
  readonly tool: string;
  readonly arguments: Json;
  /** The recorded call most like it, of the same tool where there is one. */
  readonly nearest?: { readonly tool: string; readonly arguments: Json };
}
