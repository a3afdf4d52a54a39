// A new version goes live while runs are under way and clients never pause: nobody may notice.
import type { PublicRunEvent } from "../../src/api/index.ts";
import { type Followed, followRun } from "./follow.ts";
import { type AskOnce, startHammer } from "./hammer.ts";
import type { Client } from "./insist.ts";
import { type LocalSystem, startLocalSystem } from "./local-system.ts";
import { makeChaosProject } from "./project.ts";

export interface DeployOptions {
  readonly aegis: string;
  /** Runs that are under way when the new version comes. */
  readonly runs: number;
  readonly steps: number;
  readonly stepMs: number;
  /** Clients that keep asking, on kept connections and as many on new ones. */
  readonly clients: number;
  readonly pauseMs: number;
  /** Goes on until the old process is gone, which stays for as long as clients may keep connections to it. */
  readonly waitsForOld: boolean;
}

export interface DeployResult {
  /** Of the runs that were under way. */
  readonly answers: readonly string[];
  /** Of runs begun afterwards, in order of their end. */
  readonly later: readonly string[];
  readonly failures: readonly string[];
  readonly requestCount: number;
  /** Events that a client missed, saw twice or out of order. */
  readonly streamFaults: readonly string[];
  readonly said: string;
}

const PATIENCE_MS = 90_000;

export async function runDeploy(options: DeployOptions): Promise<DeployResult> {
  const project = makeChaosProject(["stepper"]);
  try {
    const system = await startLocalSystem({ aegis: options.aegis, project, isSupervised: true });
    try {
      return await deployUnderFire(options, system, () => project.setVersion("2")).catch((cause: unknown) => {
        throw new Error(`the deploy failed; the server said:\n${system.said()}`, { cause });
      });
    } finally {
      await system.stop();
    }
  } finally {
    project.remove();
  }
}

async function deployUnderFire(
  { runs, steps, stepMs, clients, pauseMs, waitsForOld }: DeployOptions,
  system: LocalSystem,
  writeNextVersion: () => void,
): Promise<DeployResult> {
  const url = system.url();
  const faults: string[] = [];
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const client: Client = { system, signal, onBadAnswer: (what) => void faults.push(what) };
  const later: string[] = [];
  const hammer = startHammer({ url, clients, pauseMs, round: (ask) => shortRun(ask, later) });
  const inFlight = await Promise.all(Array.from({ length: runs }, () => begin(url, `steps ${steps} ${stepMs}`)));
  const followed = inFlight.map(() => ({ events: [], connections: 0 }) as Followed);
  const following = inFlight.map((runId, index) =>
    followRun(client, {
      runId,
      random: () => 1,
      followed: followed[index] ?? { events: [], connections: 0 },
      onEvent: () => undefined,
    }),
  );
  await until(signal, "all runs are under way", () => followed.every(({ events }) => events.length >= 4));
  const before = later.length;
  writeNextVersion();
  system.deploy();
  await until(signal, "a run says version 2", () => later.includes("version 2"));
  await Promise.all(following);
  if (waitsForOld) await until(signal, "the old process is gone", () => system.servingCount === 1);
  // Connections that were kept through it all are used once more.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await hammer.stop();
  return {
    answers: followed.map(({ events }) => answerIn(events)),
    later: later.slice(before),
    failures: hammer.failures,
    requestCount: hammer.requestCount,
    streamFaults: [...faults, ...followed.flatMap(({ events }, index) => faultsIn(inFlight[index] ?? "", events))],
    said: system.said(),
  };
}

async function shortRun(ask: AskOnce, later: string[]): Promise<void> {
  const { id } = (await ask("POST", "/v1/sessions", { agent: "stepper" })) as { readonly id: string };
  const { run } = (await ask("POST", `/v1/sessions/${id}/runs`, { message: "steps 1 5" })) as StartedRun;
  for (;;) {
    const { status } = (await ask("GET", `/v1/runs/${run.id}`)) as { readonly status: string };
    if (status === "ended") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const page = (await ask("GET", `/v1/runs/${run.id}/events?limit=500`)) as { readonly items: PublicRunEvent[] };
  later.push(answerIn(page.items));
}

interface StartedRun {
  readonly run: { readonly id: string };
}

async function begin(url: string, message: string): Promise<string> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    return (await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const { id } = (await post("/v1/sessions", { agent: "stepper" })) as { readonly id: string };
  return ((await post(`/v1/sessions/${id}/runs`, { message })) as StartedRun).run.id;
}

function answerIn(events: readonly PublicRunEvent[]): string {
  const sent = events.find((event) => event.type === "message.sent");
  return sent?.type === "message.sent" ? sent.content : "no answer";
}

/** The stepper hides nothing, so that its events are numbered without gaps. */
function faultsIn(runId: string, events: readonly PublicRunEvent[]): string[] {
  return events.flatMap(({ seq }, index) =>
    seq === index ? [] : [`run ${runId}: event ${seq} came as number ${index}`],
  );
}

async function until(signal: AbortSignal, what: string, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    if (signal.aborted) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
