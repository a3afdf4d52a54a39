import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AegisError, type Id, systemClock } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { openPostgresStore } from "../../store/adapters/postgres/open-postgres-store.ts";
import { openSqliteStore } from "../../store/adapters/sqlite/open-sqlite-store.ts";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.ts";
import { makeId } from "../../testing/sample-records.ts";
import { newTraceId, sampleFeedback, sampleSpan, sampleSummary } from "../../testing/sample-trace-records.ts";
import { openSettler, type SettlerOptions } from "./open-settler.ts";
import { settleAll } from "./settle-all.ts";
import type { LogSettlerStore, ReadLog } from "./settle-logs.ts";

type ReadTrace = SettlerOptions["readTrace"];

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer({ fsync: false });
});
afterAll(() => server.stop());

const OPEN = {
  SQLite: () => openSqliteStore({ path: ":memory:" }),
  Postgres: () => openPostgresStore({ url: server.url, schema: `settled_${makeId().toLowerCase()}` }),
} as const;

const readTrace: ReadTrace = ({ traceId, runId, spans }) => ({
  summary: sampleSummary({ traceId, runId, spanCount: spans.length }),
  words: spans.map(({ name }) => name).join(" "),
});

function settle(store: Store, more: Partial<SettlerOptions> = {}) {
  const settler = openSettler({ store, readTrace, clock: systemClock, quietMs: 0, pollMs: 5, ...more });
  opened.push(settler);
  return settler;
}

async function addSpan(store: Store, name: string, traceId = newTraceId(), atMs = 1): Promise<string> {
  const spans = [sampleSpan(traceId, { name, spanId: makeId().slice(-16).toLowerCase() })];
  await store.addSpans([{ traceId, spans }], { atMs, makeId });
  return traceId;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(2);
}

const ALL = { quietSinceMs: Number.MAX_SAFE_INTEGER, limit: 1_000 };
const isSettled = (store: Store) => async () => (await store.listUnsettled(ALL)).length === 0;

const readLog: ReadLog = (events, { runId, feedback }) => ({
  summary: sampleSummary({ runId, title: `${events.length} events, ${feedback.length} said` }),
  words: "",
});

/** A run of which somebody has said something. */
async function addLog(store: Store): Promise<Id<"run">> {
  const runId = makeId<"run">();
  await store.append(runId, [{ type: "message.sent", atMs: 1, witness: "agent", content: runId }], 0);
  await store.addFeedback([sampleFeedback({ runId })]);
  return runId;
}

describe.each(["SQLite", "Postgres"] as const)("in %s", (name) => {
  async function openStore(): Promise<Store> {
    const store = await OPEN[name]();
    opened.push(store);
    return store;
  }

  describeTraces(openStore);
  describeFailures(openStore);
  describeLives(openStore);
  describeLogs(openStore);
  describeLogTimes(openStore);
});

function describeTraces(openStore: () => Promise<Store>): void {
  test("quiet traces are settled, and again when a span comes late", async () => {
    const store = await openStore();
    const traceId = await addSpan(store, "early");
    settle(store);
    await until(isSettled(store));
    expect(await store.listTraces({ limit: 9, text: "early" })).toMatchObject([{ traceId, spanCount: 1 }]);
    await addSpan(store, "late", traceId);
    await until(isSettled(store));
    expect(await store.listTraces({ limit: 9, text: "early late" })).toMatchObject([{ traceId, spanCount: 2 }]);
  });

  test("more traces than one look finds are settled at once, those that are not quiet are left alone", async () => {
    const store = await openStore();
    const parts = Array.from({ length: 700 }, newTraceId).map((traceId) => ({ traceId, spans: [sampleSpan(traceId)] }));
    await store.addSpans(parts, { atMs: 5, makeId });
    const busy = await addSpan(store, "busy", newTraceId(), 10);
    const options = { store, readTrace, clock: systemClock };
    expect(await settleAll(options, { quietSinceMs: 10 })).toBe(700);
    expect((await store.listUnsettled(ALL)).map(({ traceId }) => traceId)).toEqual([busy]);
    expect(await settleAll(options, { quietSinceMs: 10 })).toBe(0);
  });
}

function describeFailures(openStore: () => Promise<Store>): void {
  test("a trace that cannot be read is settled all the same, says so, and holds up no other", async () => {
    const store = await openStore();
    const traceIds = [];
    for (let index = 0; index < 300; index += 1) traceIds.push(await addSpan(store, "broken", newTraceId(), index));
    const fine = await addSpan(store, "fine", newTraceId(), 1_000);
    const failures: unknown[] = [];
    settle(store, {
      readTrace(trace) {
        if (trace.spans[0]?.name === "broken") throw new Error("no log");
        return readTrace(trace);
      },
      onFailure: (error) => failures.push(error),
    });
    await until(isSettled(store));
    expect(failures.length).toBe(300);
    const listed = await store.listTraces({ limit: 999, finding: "trace-not-read" });
    expect(new Set(listed.map(({ traceId }) => traceId))).toEqual(new Set(traceIds));
    expect(listed[0]).toMatchObject({ outcome: "unknown", spanCount: 1, startedAtMs: 1_700_000_000_000 });
    expect(await store.findTrace(fine)).toMatchObject({ spanCount: 1 });
  });

  test("a summary that the store refuses is replaced by one that says so, and its neighbours are saved", async () => {
    const store = await openStore();
    const [bad, good] = [await addSpan(store, "bad"), await addSpan(store, "good")];
    settle(store, {
      readTrace(trace) {
        const { summary, words } = readTrace(trace);
        return { summary: { ...summary, ...(words === "bad" && { durationMs: Number.NaN }) }, words };
      },
    });
    await until(isSettled(store));
    expect((await store.findTrace(bad))?.findings.map(({ detector }) => detector)).toEqual(["trace-not-read"]);
    expect((await store.findTrace(good))?.findings).toEqual([]);
  });

  test("a store that is away is asked again", async () => {
    const store = await openStore();
    await addSpan(store, "patient");
    const failures: unknown[] = [];
    let left = 3;
    settle(store, {
      store: {
        ...pick(store),
        async listUnsettled(query) {
          if (left-- > 0) throw new AegisError("store.unavailable", "away");
          return store.listUnsettled(query);
        },
      },
      onFailure: (error) => failures.push(error),
    });
    await until(isSettled(store));
    expect(failures.length).toBe(3);
  });
}

function describeLives(openStore: () => Promise<Store>): void {
  test("of two settlers at one store one works, until it is closed", async () => {
    const store = await openStore();
    const readBy: string[] = [];
    const named =
      (name: string): ReadTrace =>
      (trace) => (readBy.push(name), readTrace(trace));
    const first = settle(store, { readTrace: named("first") });
    await addSpan(store, "one");
    await until(isSettled(store));
    settle(store, { readTrace: named("second") });
    await addSpan(store, "two");
    await until(isSettled(store));
    await first[Symbol.asyncDispose]();
    await addSpan(store, "three");
    await until(isSettled(store));
    expect(readBy).toEqual(["first", "first", "second"]);
  });

  test("settled traces are packed when nothing is left to settle", async () => {
    const store = await openStore();
    const parts = Array.from({ length: 70 }, newTraceId).map((traceId) => ({ traceId, spans: [sampleSpan(traceId)] }));
    await store.addSpans(parts, { atMs: 1, makeId });
    const seen: { readonly isSettled: boolean; readonly packed: number }[] = [];
    settle(store, {
      store: {
        ...pick(store),
        async packTraces(limit) {
          const isDone = await isSettled(store)();
          const packed = await store.packTraces(limit);
          seen.push({ isSettled: isDone, packed });
          return packed;
        },
      },
    });
    await until(async () => seen.length > 0 && seen.at(-1)?.packed === 0);
    expect(seen.every((each) => each.isSettled)).toBe(true);
    const count = seen.reduce((sum, { packed }) => sum + packed, 0);
    // Postgres has nothing to pack.
    expect([0, 70]).toContain(count);
    expect(await store.packTraces(100)).toBe(0);
  });

  test("a closed settler begins nothing, and what it had begun is saved", async () => {
    const store = await openStore();
    const parts = Array.from({ length: 600 }, newTraceId).map((traceId) => ({ traceId, spans: [sampleSpan(traceId)] }));
    await store.addSpans(parts, { atMs: 1, makeId });
    let readCount = 0;
    const settler = settle(store, { readTrace: (trace) => ((readCount += 1), readTrace(trace)) });
    await until(async () => readCount > 0);
    await settler[Symbol.asyncDispose]();
    const [saved, left] = [await store.listTraces({ limit: 1_000 }), await store.listUnsettled(ALL)];
    expect(saved.length).toBe(readCount);
    expect(left.length).toBe(600 - readCount);
    expect(left.length).toBeGreaterThan(0);
  });
}

function describeLogs(openStore: () => Promise<Store>): void {
  test("logs are settled with what people said of them, and once", async () => {
    const store = await openStore();
    const runIds = [];
    for (let count = 0; count < 120; count += 1) runIds.push(await addLog(store));
    const options = { store, readTrace, clock: systemClock, logs: { store, readLog } };
    expect(await settleAll(options, { quietSinceMs: 0 })).toBe(120);
    const titles = await Promise.all(runIds.map(async (id) => (await store.findTrace(id))?.title));
    expect(new Set(titles)).toEqual(new Set(["1 events, 1 said"]));
    expect(await settleAll(options, { quietSinceMs: 0 })).toBe(0);
  });

  test("a log that cannot be read is told of, and holds up no other", async () => {
    const store = await openStore();
    const [bad, good] = [await addLog(store), await addLog(store)];
    const failures: unknown[] = [];
    const failing: ReadLog = (events, place) => {
      if (place.runId === bad) throw new Error("no log");
      return readLog(events, place);
    };
    const logs = { store, readLog: failing };
    const options = { store, readTrace, clock: systemClock, logs, onFailure: (error: unknown) => failures.push(error) };
    expect(await settleAll(options, { quietSinceMs: 0 })).toBe(2);
    expect(failures).toEqual([new Error("no log")]);
    expect(await store.findTrace(bad)).toBeUndefined();
    expect(await store.findTrace(good)).toBeDefined();
    expect(await store.listUnsettledLogs(10)).toEqual([]);
  });
}

function describeLogTimes(openStore: () => Promise<Store>): void {
  test("while the store is away nothing is noted as settled", async () => {
    const store = await openStore();
    const runId = await addLog(store);
    const away = new AegisError("store.unavailable", "away");
    const logs = { store: { ...pick(store), findTrace: () => Promise.reject(away) }, readLog };
    const options = { store, readTrace, clock: systemClock, logs };
    await expect(settleAll(options, { quietSinceMs: 0 })).rejects.toBe(away);
    expect((await store.listUnsettledLogs(10)).map((log) => log.runId)).toEqual([runId]);
  });

  test("between two logs others have their turn", async () => {
    const store = await openStore();
    for (let count = 0; count < 20; count += 1) await addLog(store);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    let seen = 0;
    const slow: ReadLog = (events, place) => {
      seen = turns;
      for (const endMs = performance.now() + 6; performance.now() < endMs;);
      return readLog(events, place);
    };
    await settleAll({ store, readTrace, clock: systemClock, logs: { store, readLog: slow } }, { quietSinceMs: 0 });
    clearInterval(counting);
    expect(seen).toBeGreaterThan(10);
  });
}

/** What settling asks of a store, to be changed in a part. */
function pick(store: Store): LogSettlerStore & SettlerOptions["store"] {
  return {
    append: (...given) => store.append(...given),
    read: (...given) => store.read(...given),
    onAppend: (...given) => store.onAppend(...given),
    listUnsettled: (query) => store.listUnsettled(query),
    listUnsettledLogs: (limit) => store.listUnsettledLogs(limit),
    noteSettledLogs: (logs) => store.noteSettledLogs(logs),
    findTrace: (id) => store.findTrace(id),
    readSpans: (id) => store.readSpans(id),
    readUnsettled: (trace) => store.readUnsettled(trace),
    listFeedback: (runIds) => store.listFeedback(runIds),
    saveTraces: (settled) => store.saveTraces(settled),
    packTraces: (limit) => store.packTraces(limit),
    holdWorker: (id) => store.holdWorker(id),
  };
}
