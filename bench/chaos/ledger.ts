// The ledger as the driver sees it: started once, asked at the end for all that arrived.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Json } from "../../src/kernel/index.ts";
import type { Conduct, LedgerTool } from "./plan.ts";

/** What a tool asks of the outside. */
export interface Asked {
  /** Of the plan's step: the same in whatever run, attempt or process it is done. */
  readonly marker: string;
  readonly tool: LedgerTool;
  readonly key: string;
  /** Does the same key stand for the same effect? */
  readonly isOncePerKey: boolean;
  readonly conduct: Conduct;
  readonly arguments: Json;
}

export interface Arrival extends Asked {
  readonly atMs: number;
  /** False for what was refused, and for a key that was seen before. */
  readonly tookPlace: boolean;
}

export interface Receipt {
  readonly receipt: string;
  readonly arguments: Json;
}

export interface Ledger {
  readonly url: string;
  /** In the order in which they came. */
  arrivals(): Promise<readonly Arrival[]>;
  /** What took place for a step; null when nothing did. */
  find(marker: string): Promise<Receipt | null>;
  stop(): Promise<void>;
}

export async function startLedger(): Promise<Ledger> {
  const child = fork(fileURLToPath(new URL("ledger-server.ts", import.meta.url)), { stdio: "inherit" });
  const [message] = (await once(child, "message")) as [{ readonly port: number }];
  const url = `http://127.0.0.1:${message.port}`;
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  return {
    url,
    arrivals: async () => (await ask("/arrivals")) as readonly Arrival[],
    find: async (marker) => (await ask(`/effects?marker=${encodeURIComponent(marker)}`)) as Receipt | null,
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
