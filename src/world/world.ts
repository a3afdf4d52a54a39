import type { Json, JsonObject } from "../kernel/index.ts";
import type { UserContext } from "../domain/index.ts";

/** What a world is made from: one case, one attempt. */
export interface WorldRequest {
  readonly caseId: string;
  readonly attemptIndex: number;
  readonly seed: number;
  /** The case's named initial states, a private copy. */
  readonly state: Readonly<Record<string, Json>>;
  readonly user: UserContext | null;
  readonly clock?: string;
  readonly metadata: JsonObject;
  readonly signal: AbortSignal;
}

/** What one trial sees of the outside, on the trusted side: the agent reaches it only through the addresses in `env`. */
export interface TrialWorld {
  /** Addresses and settings for the agent, e.g. `{ SHOP_URL: "http://127.0.0.1:41233" }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The whole state, asked before the agent starts and after it ended. */
  readonly state?: () => Json | Promise<Json>;
  /** Instead of `state`, where the whole is too large to copy: only what was touched, before and after. */
  readonly touched?: () => StatePair | Promise<StatePair>;
  readonly close?: () => void | Promise<void>;
}

export interface StatePair {
  readonly before: Json;
  readonly after: Json;
}

/** Makes a fresh world for each trial; written by the user beside the suite, run outside the sandbox. */
export type WorldFactory = (request: WorldRequest) => TrialWorld | Promise<TrialWorld>;
