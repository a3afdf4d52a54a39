// One measurement in a process of its own: node ingest-process.ts WHAT JSON
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { idMaker, systemClock } from "../../src/kernel/index.ts";
import { openSqliteStore } from "../../src/store/adapters/sqlite/open-sqlite-store.ts";
import { openSettler } from "../../src/trace/settle/index.ts";
import { RequestGenerator, SPANS_PER_REQUEST } from "./generate-requests.ts";
import { readMessages } from "./read-messages.ts";

export interface Ingested {
  readonly spans: number;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  readonly mainCpuSeconds?: number;
  /** Of what was measured, for making up the spans. */
  readonly generatingSeconds: number;
  readonly rssMb: readonly number[];
  readonly backlogMax: readonly number[];
  readonly acknowledgedMs: readonly number[];
}

const REQUESTS_IN_FLIGHT = 4;
const QUIET_MS = 200;
/** Ended traces that wait: beyond it the senders do, as they would on a server that answers "too much". */
const BACKLOG_MAX = 1_500;
const SAMPLES = 10;

/** Adds and settles, as fast as both go on together. Ends when everything is settled. */
async function ingest({ path, spans, seed }: { path: string; spans: number; seed: number }): Promise<Ingested> {
  await using store = await openSqliteStore({ path });
  let settledCount = 0;
  let endedCount = 0;
  await using _settler = openSettler({
    store: {
      ...store,
      listUnsettled: (query) => store.listUnsettled(query),
      async saveTraces(settled) {
        await store.saveTraces(settled);
        settledCount += settled.length;
      },
    },
    readTrace: readMessages,
    clock: systemClock,
    quietMs: QUIET_MS,
    pollMs: 20,
    onFailure: (error) => console.error(error),
  });
  const generator = new RequestGenerator({ seed, nowMs: Date.now });
  const makeId = idMaker(systemClock, Math.random);
  const requests = Math.ceil(spans / SPANS_PER_REQUEST);
  const [rssMb, backlogMax, acknowledgedMs]: number[][] = [[], [], []];
  let [sent, answered, generatingMs, backlog] = [0, 0, 0, 0];
  const beganCpu = process.cpuUsage();
  const startMs = performance.now();
  const send = async () => {
    while (sent < requests) {
      sent += 1;
      const beganMs = performance.now();
      const request = generator.next();
      generatingMs += performance.now() - beganMs;
      const sentMs = performance.now();
      await store.addSpans(request.parts, { atMs: Date.now(), makeId });
      acknowledgedMs!.push(performance.now() - sentMs);
      endedCount += request.endedCount;
      backlog = Math.max(backlog, endedCount - settledCount);
      answered += 1;
      if (answered % Math.ceil(requests / SAMPLES) === 0) {
        rssMb!.push(process.memoryUsage.rss() / 2 ** 20);
        backlogMax!.push(backlog);
        backlog = 0;
      }
      while (endedCount - settledCount > BACKLOG_MAX) await sleep(2);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, send));
  while ((await store.listUnsettled({ quietSinceMs: Date.now() + 1e6, limit: 1 })).length > 0) await sleep(5);
  const [seconds, cpuSeconds] = [(performance.now() - startMs) / 1_000, cpuSecondsOf(beganCpu)];
  return {
    ...{ spans: requests * SPANS_PER_REQUEST, seconds, cpuSeconds, generatingSeconds: generatingMs / 1_000 },
    ...{ rssMb: rssMb!, backlogMax: backlogMax!, acknowledgedMs: percentiles(acknowledgedMs!) },
  };
}

/** The least anybody can do: the same spans as lines of JSON, on the disk before each request is answered. */
function writeLines({ path, spans, seed }: { path: string; spans: number; seed: number }): Ingested {
  const generator = new RequestGenerator({ seed, nowMs: Date.now });
  const file = openSync(path, "w");
  const requests = Math.ceil(spans / SPANS_PER_REQUEST);
  let generatingMs = 0;
  const beganCpu = process.cpuUsage();
  const startMs = performance.now();
  for (let sent = 0; sent < requests; sent += 1) {
    const beganMs = performance.now();
    const { parts } = generator.next();
    generatingMs += performance.now() - beganMs;
    writeSync(file, parts.flatMap((part) => part.spans.map((span) => `${JSON.stringify(span)}\n`)).join(""));
    fsyncSync(file);
  }
  const [seconds, cpuSeconds] = [(performance.now() - startMs) / 1_000, cpuSecondsOf(beganCpu)];
  closeSync(file);
  return {
    ...{ spans: requests * SPANS_PER_REQUEST, seconds, cpuSeconds, generatingSeconds: generatingMs / 1_000 },
    ...{ rssMb: [process.memoryUsage.rss() / 2 ** 20], backlogMax: [], acknowledgedMs: [] },
  };
}

function cpuSecondsOf(began: NodeJS.CpuUsage): number {
  const main = process.threadCpuUsage(); console.error('main thread', (main.user+main.system)/1e6);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

function percentiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((left, right) => left - right);
  return [0.5, 0.95, 1].map((share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

const WHAT = { ingest, writeLines } as const;
const [what = "", given = "{}"] = process.argv.slice(2);
const measured = await WHAT[what as keyof typeof WHAT](JSON.parse(given) as Parameters<typeof ingest>[0]);
console.log(JSON.stringify(measured));
