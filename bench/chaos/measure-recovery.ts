// How long a run stands still because its process was killed: from the moment there is a process again to its next step.
import { type Random, seededRandom, seedFromText } from "../../src/kernel/index.ts";
import { type Client, insist } from "./insist.ts";
import { type LocalSystem, startLocalSystem } from "./local-system.ts";
import { makeChaosProject } from "./project.ts";

export interface Recovery {
  /** From the start of the next process to the line that says it is ready. */
  readonly bootMs: number;
  /** From that line to the run's next step; negative when the step came first. */
  readonly afterReadyMs: number;
  /** From SIGKILL to the run's next step. */
  readonly afterKillMs: number;
}

export interface RecoveryOptions {
  readonly aegis: string;
  readonly kills: number;
  readonly seed: string;
}

const STEP_MS = 300;

/** Kills the server in the middle of runs of 300 ms steps, one after another. */
export async function measureRecoveries({ aegis, kills, seed }: RecoveryOptions): Promise<readonly Recovery[]> {
  const project = makeChaosProject(["stepper"]);
  const random = seededRandom(seedFromText(seed));
  const recoveries: Recovery[] = [];
  try {
    const system = await startLocalSystem({ aegis, project, isSupervised: false });
    try {
      while (recoveries.length < kills) recoveries.push(await recoverOnce(system, random));
    } finally {
      await system.stop();
    }
  } finally {
    project.remove();
  }
  return recoveries;
}

async function recoverOnce(system: LocalSystem, random: Random): Promise<Recovery> {
  const giveUp = AbortSignal.timeout(60_000);
  const client: Client = { system, signal: giveUp, onBadAnswer: (what) => console.error(what) };
  const session = await insist(client, "/v1/sessions", { method: "POST", body: { agent: "stepper" } });
  const { id: sessionId } = session.body as { readonly id: string };
  const message = `steps 12 ${STEP_MS}`;
  const started = await insist(client, `/v1/sessions/${sessionId}/runs`, { method: "POST", body: { message } });
  const { id } = (started.body as { readonly run: { readonly id: string } }).run;
  await stepAfter(client, id, 0);
  await new Promise((resolve) => setTimeout(resolve, 2 * STEP_MS + random() * STEP_MS));
  const killedAtMs = Date.now();
  await system.kill();
  const { startedAtMs, readyAtMs } = system.up;
  const stepAtMs = await stepAfter(client, id, killedAtMs);
  await insist(client, `/v1/runs/${id}/cancel`, { method: "POST", body: {} });
  return { bootMs: readyAtMs - startedAtMs, afterReadyMs: stepAtMs - readyAtMs, afterKillMs: stepAtMs - killedAtMs };
}

/** When the first step after a moment was begun or ended, by the run's log. */
async function stepAfter(client: Client, runId: string, atMs: number): Promise<number> {
  for (;;) {
    const { body } = await insist(client, `/v1/runs/${runId}/events?limit=500`);
    const { items } = body as { readonly items: readonly { readonly type: string; readonly atMs: number }[] };
    const step = items.find((event) => event.type.startsWith("tool.") && event.atMs > atMs);
    if (step) return step.atMs;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
