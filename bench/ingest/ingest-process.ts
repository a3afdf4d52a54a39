// One measurement in a process of its own: node ingest-process.ts WHAT JSON
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { idMaker, systemClock } from "../../src/kernel/index.ts";
import { openSqliteStore } from "../../src/store/adapters/sqlite/open-sqlite-store.ts";
import type { Store } from "../../src/store/index.ts";
import { openTraces, traceReader } from "../../src/trace/index.ts";
import { openSettler } from "../../src/trace/settle/index.ts";
import { readOtlpRequest } from "../../src/trace/wire/index.ts";
import { askAll, type Asked } from "./ask-questions.ts";
import { RequestGenerator, SPANS_PER_REQUEST } from "./generate-requests.ts";
import { receiveRequests } from "./receive-requests.ts";
import { startSender } from "./start-process.ts";

export interface IngestPlan {
  readonly path: string;
  readonly spans: number;
  readonly seed: number;
}

export interface Ingested {
  readonly spans: number;
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
  /** Of it, for making up the spans. */
  readonly generatingSeconds: number;
  /** At ten moments, evenly. */
  readonly rssMb: readonly number[];
  /** Traces that have ended and are not settled: the most between these moments. */
  readonly backlog: readonly number[];
  /** From handing a request over to its being durable: median, 95 %, longest. */
  readonly acknowledgedMs: readonly number[];
}

export interface AskPlan extends IngestPlan {
  /** Meanwhile, in a second. */
  readonly spansPerSecond: number;
  readonly rounds: number;
}

const PROTOBUF = "application/x-protobuf";
const REQUESTS_IN_FLIGHT = 4;
const QUIET_MS = 200;
/** Ended traces that wait: beyond it the senders do, as they would on a server that answers "too much". */
const BACKLOG_MAX = 2_000;
const SAMPLES = 10;
const makeId = idMaker(systemClock, Math.random);

/** Requests are read, cleaned of secrets, kept and settled as fast as all of it goes on together, until all is settled. */
async function ingest({ path, spans, seed }: IngestPlan): Promise<Ingested> {
  await using store = await openSqliteStore({ path });
  const settling = settlerOf(store);
  await using _settler = settling.settler;
  const traces = openTraces({ store, clock: systemClock, makeId });
  const requests = Math.ceil(spans / SPANS_PER_REQUEST);
  const socket = `${path}.requests`;
  await startSender(socket, { seed, requests });
  const received = receiveRequests(socket, REQUESTS_IN_FLIGHT);
  const measured = { rssMb: [] as number[], backlog: [] as number[] };
  const acknowledgedMs: number[] = [];
  let [answered, ended, backlog] = [0, 0, 0];
  const took = stopwatch();
  const take = async () => {
    for (let next = await received.next(); next.done !== true; next = await received.next()) {
      const request = next.value;
      const sentMs = performance.now();
      await traces.collect(readOtlpRequest({ contentType: PROTOBUF, bytes: request.bytes }).spans);
      acknowledgedMs.push(performance.now() - sentMs);
      answered += 1;
      ended += request.endedCount;
      backlog = Math.max(backlog, ended - settling.count());
      if (answered % Math.ceil(requests / SAMPLES) === 0) {
        measured.rssMb.push(process.memoryUsage.rss() / 2 ** 20);
        measured.backlog.push(backlog);
        backlog = 0;
      }
      while (ended - settling.count() > BACKLOG_MAX) await sleep(2);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, take));
  await allSettled(store);
  const times = { ...took(), generatingSeconds: 0, acknowledgedMs: percentiles(acknowledgedMs) };
  return { spans: requests * SPANS_PER_REQUEST, ...times, ...measured };
}

/** The least anybody can do: the same spans as lines of JSON, on the disk before each request is answered. */
function writeLines({ path, spans, seed }: IngestPlan): Ingested {
  const generator = new RequestGenerator({ seed, nowMs: Date.now });
  const file = openSync(path, "w");
  const requests = Math.ceil(spans / SPANS_PER_REQUEST);
  const generating = threadStopwatch();
  const took = stopwatch();
  for (let sent = 0; sent < requests; sent += 1) {
    const { parts } = generating(() => generator.next());
    writeSync(file, parts.flatMap((part) => part.spans.map((span) => `${JSON.stringify(span)}\n`)).join(""));
    fsyncSync(file);
  }
  const times = { ...took(), generatingSeconds: generating.seconds() };
  closeSync(file);
  return { spans: requests * SPANS_PER_REQUEST, ...times, rssMb: [], backlog: [], acknowledgedMs: [] };
}

/** Asks for lists and searches, while spans come in or while nothing does. */
async function ask({ path, seed, spansPerSecond, rounds }: AskPlan): Promise<readonly Asked[]> {
  await using store = await openSqliteStore({ path });
  await using _settler = settlerOf(store).settler;
  const asking = new AbortController();
  const taking = spansPerSecond > 0 ? takeSteadily(store, { path, seed, spansPerSecond, signal: asking.signal }) : null;
  const asked = await askAll(store, rounds);
  asking.abort();
  await taking;
  return asked;
}

interface Steadily {
  readonly path: string;
  readonly seed: number;
  readonly spansPerSecond: number;
  readonly signal: AbortSignal;
}

async function takeSteadily(store: Store, { path, seed, spansPerSecond, signal }: Steadily): Promise<void> {
  const traces = openTraces({ store, clock: systemClock, makeId });
  const socket = `${path}.requests`;
  await startSender(socket, { seed, requests: Number.MAX_SAFE_INTEGER });
  const startMs = performance.now();
  let sent = 0;
  for await (const { bytes } of receiveRequests(socket, 1)) {
    await traces.collect(readOtlpRequest({ contentType: PROTOBUF, bytes }).spans);
    sent += 1;
    const dueMs = startMs + ((sent * SPANS_PER_REQUEST) / spansPerSecond) * 1_000;
    await sleep(Math.max(1, dueMs - performance.now()), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
}

/** Adds requests for ever, and says of each that it is kept once it is. To be killed. */
async function acknowledge({ path, seed }: IngestPlan): Promise<never> {
  const store = await openSqliteStore({ path });
  settlerOf(store);
  const generator = new RequestGenerator({ seed, nowMs: Date.now });
  for (;;) {
    const { parts } = generator.next();
    await store.addSpans(parts, { atMs: Date.now(), makeId });
    const kept = parts.map(({ traceId, spans }) => [traceId, ...spans.map(({ spanId }) => spanId)].join(" "));
    process.stdout.write(`${kept.join(",")}.\n`);
  }
}

function settlerOf(store: Store) {
  let count = 0;
  const settler = openSettler({
    store: {
      listUnsettled: (query) => store.listUnsettled(query),
      readUnsettled: (trace) => store.readUnsettled(trace),
      listFeedback: (runIds) => store.listFeedback(runIds),
      packTraces: (limit) => store.packTraces(limit),
      holdWorker: (id) => store.holdWorker(id),
      async saveTraces(settled) {
        await store.saveTraces(settled);
        count += settled.length;
      },
    },
    readTrace: traceReader(),
    clock: systemClock,
    quietMs: QUIET_MS,
    pollMs: 20,
    onFailure: (error) => console.error(error),
  });
  return { settler, count: () => count };
}

async function allSettled(store: Store): Promise<void> {
  const all = { quietSinceMs: Number.MAX_SAFE_INTEGER, limit: 1 };
  while ((await store.listUnsettled(all)).length > 0) await sleep(5);
}

function stopwatch(): () => { readonly seconds: number; readonly cpuSeconds: number } {
  const [startMs, began] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(began);
    return { seconds: (performance.now() - startMs) / 1_000, cpuSeconds: (user + system) / 1e6 };
  };
}

/** Of this thread, in its own time, for what it is given to do. */
function threadStopwatch() {
  let microseconds = 0;
  const timed = <Value>(work: () => Value): Value => {
    const began = process.threadCpuUsage();
    const value = work();
    const { user, system } = process.threadCpuUsage(began);
    microseconds += user + system;
    return value;
  };
  return Object.assign(timed, { seconds: () => microseconds / 1e6 });
}

function percentiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((left, right) => left - right);
  return [0.5, 0.95, 1].map((share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

const WHAT: Readonly<Record<string, (plan: AskPlan) => unknown>> = { ingest, writeLines, ask, acknowledge };
const [what = "", plan = "{}"] = process.argv.slice(2);
console.log(JSON.stringify(await WHAT[what]?.(JSON.parse(plan) as AskPlan)));
