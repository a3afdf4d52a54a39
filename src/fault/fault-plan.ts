import type { JsonObject, Random } from "../kernel/index.ts";
import type { Fault } from "./fault.ts";
import type { FaultTarget } from "./fault-target.ts";

/** The faults of one trial, and how often each of their targets was called. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Counts a call and says what happens to it. Ask once for each call, in the order in which calls begin. */
  next(call: FaultCall): FaultHit | undefined;
}

export interface FaultCall {
  /** Several where one call is several things, e.g. an HTTP exchange that asks a model; it is counted once for each fault. */
  readonly on: FaultTarget | readonly FaultTarget[];
  /** Since the trial began. */
  readonly nowMs: number;
  /** Only these are asked, and only for these it counts. */
  readonly among?: (fault: Fault) => boolean;
}

/** A fault that happens to a call. */
export interface FaultHit {
  readonly fault: Fault;
  /** The target that was hit, as in `on`. */
  readonly on: string;
  readonly target: FaultTarget;
  /** Which of the calls that the fault's `on` matches it is, from 1. */
  readonly call: number;
  /** Draws of this fault at this call: the same for the same seed, whatever other targets do. */
  readonly random: Random;
}

/** What `fault.injected` says of a fault that acted. */
export interface InjectedFault {
  readonly on: string;
  readonly fault: string;
  readonly detail: JsonObject;
}
