// One round of chaos: load on the system, harm after harm, then every side is asked what it saw.
import type { PublicRunEvent } from "../../src/api/index.ts";
import { seededRandom, seedFromText, type Random } from "../../src/kernel/index.ts";
import { checkAll } from "./check-all.ts";
import type { Evidence, Violation } from "./evidence.ts";
import { gatherEvidence, readThroughApi } from "./gather-evidence.ts";
import { type Client, insist } from "./insist.ts";
import type { Ledger } from "./ledger.ts";
import { type AcceptedRun, type Aside, putUnderLoad } from "./load.ts";
import type { Harm, SystemUnderChaos } from "./system.ts";

export interface ChaosOptions {
  readonly system: SystemUnderChaos;
  readonly ledger: Ledger;
  /** Says what is done when; the moments at which things happen to coincide are the machine's. */
  readonly seed: string;
  readonly harms: number;
  /** Sessions at a time. */
  readonly lanes: number;
  /** How long runs may take to end once nothing is harmed any more. */
  readonly patienceMs: number;
  readonly say: (text: string) => void;
}

export interface ChaosResult {
  readonly violations: readonly Violation[];
  readonly evidence: Evidence;
  /** How often each harm was done. */
  readonly harms: ReadonlyMap<string, number>;
}

const QUIET_MS_MAX = 1_300;

/** Stops the system; the ledger stays. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { system, ledger, seed, lanes, patienceMs, say } = options;
  const giveUp = new AbortController();
  const bad: Violation[] = [];
  const client: Client = { system, signal: giveUp.signal, onBadAnswer: (what) => void bad.push({ what }) };
  const runs: AcceptedRun[] = [];
  const asides: Aside[] = [];
  let isOver = false;
  let isBrokenOff = false;
  const onEvent = (run: AcceptedRun, event: PublicRunEvent) => {
    if (event.type !== "run.paused" || event.on !== "version") return;
    bad.push({ runId: run.id, what: `it cannot go on: ${event.error?.message}` });
    isOver = true;
    isBrokenOff = true;
    giveUp.abort(new Error("a run cannot go on"));
  };
  const load = putUnderLoad({ client, ledger, seed, lanes, runs, asides, isOver: () => isOver, onEvent });
  const loaded = load.catch((error: unknown) => {
    if (!isBrokenOff) bad.push({ what: `the load gave up: ${String(error)}` });
  });
  const harms = await inflictAll(options, client);
  isOver = true;
  const timer = setTimeout(() => giveUp.abort(new Error(`runs did not end within ${patienceMs} ms`)), patienceMs);
  await loaded;
  clearTimeout(timer);
  say(`${runs.length} runs accepted`);
  const told = new Map<string, readonly unknown[]>();
  if (!giveUp.signal.aborted) for (const { id } of runs) told.set(id, await readThroughApi(client, id));
  await system.stop();
  const store = await system.openStore();
  try {
    const evidence = await gatherEvidence({ store, runs, asides, told, arrivals: await ledger.arrivals() });
    // What was broken off says nothing about the rest.
    return { violations: isBrokenOff ? bad : [...bad, ...checkAll(evidence)], evidence, harms };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function inflictAll({ system, seed, harms, say }: ChaosOptions, client: Client): Promise<Map<string, number>> {
  const random = seededRandom(seedFromText(`${seed} harms`));
  const done = new Map<string, number>();
  for (let count = 1; count <= harms && !client.signal.aborted; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, random() * QUIET_MS_MAX));
    const harm = drawHarm(system.harms, random);
    await harm.inflict(random);
    done.set(harm.name, (done.get(harm.name) ?? 0) + 1);
    await insist(client, "/ready").catch(() => undefined);
    if (count % 20 === 0) say(`${count} harms`);
  }
  return done;
}

function drawHarm(harms: readonly Harm[], random: Random): Harm {
  const total = harms.reduce((sum, { weight }) => sum + weight, 0);
  let point = random() * total;
  for (const harm of harms) {
    point -= harm.weight;
    if (point < 0) return harm;
  }
  throw new Error("a system without harms is not under chaos");
}
