// What a reader at 1 KB/s costs the server, on a run that streams 50 MB and more, and whether it gets every byte.
//
// 50 MB at 1 KB/s would take 14 hours: readers are slow for a minute and a half (longer than the server waits for one that
// takes nothing), then read the rest as fast as they can. Several are slow at once, and share what they cost together.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import type { Figure } from "./figure.ts";
import type { Speech } from "./slow-reader/long-winded-model.ts";
import type { ServerAnswer, ServerMemory, ServerQuestion } from "./slow-reader/server.ts";
import { type Reading, SlowReader } from "./slow-reader/slow-reader.ts";

interface Plan {
  readonly speech: Speech;
  readonly readers: number;
  readonly slowMs: number;
}

/** 1,000 parts of 50,000 characters; an event is limited to 4 MB, so no single answer holds them. */
const FULL: Plan = { speech: { calls: 20, partsPerCall: 50, partCharacters: 50_000 }, readers: 20, slowMs: 90_000 };
const SHORT: Plan = { speech: { calls: 20, partsPerCall: 20, partCharacters: 50_000 }, readers: 5, slowMs: 10_000 };

const MEMORY_PER_READER_MB = 5;

export async function measureSlowReader({ isShort }: BenchOptions): Promise<Figure[]> {
  const plan = isShort ? SHORT : FULL;
  const server = await startServer();
  const readers: SlowReader[] = [];
  try {
    // The same run without slow readers: what a process keeps from having worked at all is there before it is measured.
    await (
      await startRun(server.url, plan.speech)
    ).ended;
    const before = await server.memory();
    const run = await startRun(server.url, plan.speech);
    for (let count = 0; count < plan.readers; count += 1) readers.push(new SlowReader(run.events));
    const startMs = performance.now();
    await run.ended;
    await sleep(startMs + plan.slowMs - performance.now());
    const during = await server.memory();
    for (const reader of readers) reader.hurry();
    const readings = await Promise.race([Promise.all(readers.map(({ done }) => done)), server.gone]);
    const log = await server.log(run.id);
    return figuresOf(plan, { before, during, readings, log });
  } finally {
    for (const reader of readers) reader.stop();
    await server.close();
  }
}

interface Measured {
  readonly before: ServerMemory;
  readonly during: ServerMemory;
  readonly readings: readonly Reading[];
  readonly log: { readonly digest: string; readonly bytes: number };
}

function figuresOf({ readers, slowMs }: Plan, { before, during, readings, log }: Measured): Figure[] {
  const wrongCount = readings.filter(({ digest, bytes }) => digest !== log.digest || bytes !== log.bytes).length;
  const cutCount = readings.reduce((sum, reading) => sum + reading.cutCount, 0);
  const slowBytes = readings.reduce((sum, reading) => sum + reading.slowBytes, 0);
  const megabytes = (log.bytes / 1_024 / 1_024).toFixed(0);
  const speed = (slowBytes / readers / (slowMs / 1_000)).toFixed(0);
  say(
    `${readers} readers at ${speed} bytes/s for ${slowMs / 1_000} s, then fast; ${megabytes} MB each; cut and resumed ${cutCount} times; ` +
      `memory before ${before.rssMb.toFixed(0)} MB (held ${before.heldMb.toFixed(0)}), with them ${during.rssMb.toFixed(0)} MB (held ${during.heldMb.toFixed(0)})`,
  );
  const perReader = Math.max(0, (during.rssMb - before.rssMb) / readers);
  const heldPerReader = Math.max(0, (during.heldMb - before.heldMb) / readers);
  const bound = (value: number) => ({
    of: `${MEMORY_PER_READER_MB} MB`,
    ratio: value / MEMORY_PER_READER_MB,
    ratioMax: 1,
  });
  return [
    {
      what: `slow reader of a ${megabytes} MB stream: memory of the process`,
      value: perReader,
      unit: "MB",
      target: MEMORY_PER_READER_MB,
      // Few readers share what the process itself varies by.
      bound: { ...bound(perReader), ratioMax: 3 },
    },
    {
      what: "slow reader: memory held for it",
      value: heldPerReader,
      unit: "MB",
      target: MEMORY_PER_READER_MB,
      bound: bound(heldPerReader),
    },
    {
      what: `slow readers of ${readers} that did not get every byte`,
      value: wrongCount,
      unit: "",
      target: 0,
      bound: { of: "all readers", ratio: wrongCount / readers, ratioMax: 0 },
    },
    { what: "slow readers: connections cut and resumed", value: cutCount, unit: "" },
  ];
}

interface BenchServer {
  readonly url: string;
  /** Rejects when it ends by itself. */
  readonly gone: Promise<never>;
  memory(): Promise<ServerMemory>;
  log(runId: string): Promise<{ readonly digest: string; readonly bytes: number }>;
  close(): Promise<void>;
}

async function startServer(): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, "slow-reader", "server.ts"), {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const gone = exited.then(() => Promise.reject(new Error("the server is gone")));
  gone.catch(() => undefined);
  const { url } = await told(child, "ready");
  const ask = (question: ServerQuestion) => {
    if (!child.connected) throw new Error("the server is gone");
    child.send(question);
  };
  return {
    url,
    gone,
    async memory() {
      ask({ ask: "memory" });
      return told(child, "memory");
    },
    async log(runId) {
      ask({ ask: "log", runId });
      return told(child, "log");
    },
    async close() {
      if (child.connected) ask({ ask: "close" });
      await exited;
    },
  };
}

function told<Kind extends ServerAnswer["kind"]>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<ServerAnswer, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: ServerAnswer) => {
      if (answer.kind !== kind) return;
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(answer as Extract<ServerAnswer, { kind: Kind }>);
    };
    const onExit = (code: number | null) => reject(new Error(`the server ended with ${code}`));
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

interface StartedRun {
  readonly id: string;
  readonly events: URL;
  /** Resolves when the run has ended; looks now and then, and reads nothing of the stream. */
  readonly ended: Promise<void>;
}

async function startRun(url: string, speech: Speech): Promise<StartedRun> {
  const session = await post<{ id: string }>(`${url}/v1/sessions`, { agent: "long" });
  const { run } = await post<{ run: { id: string } }>(`${url}/v1/sessions/${session.id}/runs`, {
    message: JSON.stringify(speech),
  });
  const look = async () => {
    for (;;) {
      const record = (await (await fetch(`${url}/v1/runs/${run.id}`)).json()) as { status: string; outcome: string };
      if (record.status !== "ended") await sleep(200);
      else if (record.outcome === "answered") return;
      else throw new Error(`the run ended ${record.outcome}`);
    }
  };
  return { id: run.id, events: new URL(`${url}/v1/runs/${run.id}/events`), ended: look() };
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

await runAsProgram(import.meta.url, measureSlowReader);
