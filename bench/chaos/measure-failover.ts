// How long a run stands still because its worker was killed: from SIGKILL to its next step, on another worker.
import { type Random, seededRandom, seedFromText } from "../../src/kernel/index.ts";
import { CLUSTER_CONFIG, type ClusterSystem, startClusterSystem } from "./cluster-system.ts";
import { type Client, insist } from "./insist.ts";
import { makeChaosProject } from "./project.ts";

export interface Failover {
  /** From SIGKILL to the run being taken up. */
  readonly takenAfterMs: number;
  /** From SIGKILL to the run's next step. */
  readonly afterKillMs: number;
}

export interface FailoverOptions {
  readonly aegis: string;
  readonly kills: number;
  readonly seed: string;
}

const STEP_MS = 300;
const SUCCESSOR_AFTER_MS = 1_500;

/** Kills the worker at work in the middle of runs of 300 ms steps, one after another, with two others ready. */
export async function measureFailovers({ aegis, kills, seed }: FailoverOptions): Promise<readonly Failover[]> {
  const project = makeChaosProject(["stepper"], CLUSTER_CONFIG);
  const random = seededRandom(seedFromText(seed));
  const failovers: Failover[] = [];
  try {
    const system = await startClusterSystem({ aegis, project });
    try {
      while (failovers.length < kills) failovers.push(await failOverOnce(system, random));
    } finally {
      await system.close();
    }
  } finally {
    project.remove();
  }
  return failovers;
}

async function failOverOnce(system: ClusterSystem, random: Random): Promise<Failover> {
  await system.settled();
  const giveUp = AbortSignal.timeout(60_000);
  const client: Client = { system, signal: giveUp, onBadAnswer: (what) => console.error(what) };
  const session = await insist(client, "/v1/sessions", { method: "POST", body: { agent: "stepper" } });
  const { id: sessionId } = session.body as { readonly id: string };
  const message = `steps 14 ${STEP_MS}`;
  const started = await insist(client, `/v1/sessions/${sessionId}/runs`, { method: "POST", body: { message } });
  const { id } = (started.body as { readonly run: { readonly id: string } }).run;
  await eventAfter(client, id, { atMs: 0, isIt: (type) => type === "tool.returned" });
  await new Promise((resolve) => setTimeout(resolve, STEP_MS + random() * STEP_MS));
  const { killedAtMs, replaced } = await killPerformer(system, await performerOf(client, id));
  const takenAtMs = await eventAfter(client, id, { atMs: killedAtMs, isIt: (type) => type === "run.resumed" });
  const stepAtMs = await eventAfter(client, id, { atMs: takenAtMs, isIt: (type) => type.startsWith("tool.") });
  await insist(client, `/v1/runs/${id}/cancel`, { method: "POST", body: {} });
  await replaced;
  return { takenAfterMs: takenAtMs - killedAtMs, afterKillMs: stepAtMs - killedAtMs };
}

/** Resolves once the process is dead; another one is under way then. */
async function killPerformer(
  system: ClusterSystem,
  pid: number,
): Promise<{ readonly killedAtMs: number; readonly replaced: Promise<void> }> {
  const victim = system.workers.find((worker) => worker.pid === pid);
  if (victim === undefined) throw new Error(`process ${pid} is none of the workers`);
  const killed = Promise.withResolvers<void>();
  const killedAtMs = Date.now();
  // Its successor boots once the measurement is over, not beside it.
  const replaced = victim.kill(SUCCESSOR_AFTER_MS, killed.resolve);
  await killed.promise;
  return { killedAtMs, replaced };
}

interface LoggedEvent {
  readonly type: string;
  readonly atMs: number;
  readonly result?: unknown;
}

async function performerOf(client: Client, runId: string): Promise<number> {
  const told = (await eventsOf(client, runId)).findLast(({ type }) => type === "tool.returned")?.result;
  return Number(String(told).split(" ").at(-1));
}

/** When something was first logged from a moment on. */
async function eventAfter(
  client: Client,
  runId: string,
  { atMs, isIt }: { readonly atMs: number; readonly isIt: (type: string) => boolean },
): Promise<number> {
  for (;;) {
    const found = (await eventsOf(client, runId)).find((event) => isIt(event.type) && event.atMs >= atMs);
    if (found) return found.atMs;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function eventsOf(client: Client, runId: string): Promise<readonly LoggedEvent[]> {
  const { body } = await insist(client, `/v1/runs/${runId}/events?limit=500`);
  return (body as { readonly items: readonly LoggedEvent[] }).items;
}
