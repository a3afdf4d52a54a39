import type { Clock, JsonObject } from "../../kernel/index.ts";
import type { FaultHit } from "../../fault/index.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Exchange, SeenRequest } from "../exchange.ts";
import type { Protocol } from "./read-protocol.ts";

/** What a fault does on either side of the upstream. */
export type FaultAct = Pick<Disturbance, "before" | "after">;

/** A fault, the request it happens to, and what it needs to act. */
export interface FaultScene {
  readonly hit: FaultHit;
  readonly request: SeenRequest;
  readonly protocol: Protocol;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** A word of the seed, for injected texts. */
  readonly marker: string;
  /** The last undisturbed exchange that asked the same. */
  readonly earlier: Exchange | undefined;
  /** The fault acts now; told once, whoever says so first. */
  readonly tell: (detail?: JsonObject) => void;
}

/** Rejects when the signal fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleepRealTime: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
