// What is put under chaos, whatever it is made of.
import type { Random } from "../../src/kernel/index.ts";
import type { Store } from "../../src/store/index.ts";

/** Something bad that happens to the system, after which it is expected to come back by itself or is started again. */
export interface Harm {
  readonly name: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** Resolves when the harm is done and everything that shall come back has been told to. */
  inflict(random: Random): Promise<void>;
}

export interface SystemUnderChaos {
  readonly name: string;
  /** Where to ask now; another address after some harms, any of several where there are workers. */
  url(): string;
  readonly harms: readonly Harm[];
  /** The store itself, for reading it past the system; call it after `stop`. */
  openStore(): Promise<Store>;
  /** Ends in order. */
  stop(): Promise<void>;
  /** What its processes said that is worth reading when something is wrong. */
  said(): string;
}
