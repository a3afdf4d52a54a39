import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeId } from "../../../testing/sample-records.ts";
import { sampleRun, sampleSession } from "../../../testing/sample-runtime-records.ts";
import type { RuntimeStore } from "../../runtime-store.ts";
import type { Statement } from "../../sql.ts";
import { sqlRuntimeStore } from "../../sql-runtime-store.ts";
import { sqlTraceStore } from "../../sql-trace-store.ts";
import type { TraceQuery, TraceStore } from "../../trace-store.ts";
import { MIGRATIONS } from "./migrations.ts";

/** What SQLite means to do for each statement of a question, instead of doing it. */
async function planOf(ask: (store: RuntimeStore & TraceStore) => Promise<unknown>): Promise<string[]> {
  const db = new DatabaseSync(":memory:");
  for (const migration of MIGRATIONS) db.exec(migration);
  const steps: string[] = [];
  const run = ({ text, cells }: Statement) => {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/\$(?=\d)/g, "?")}`).all(...cells);
    steps.push(...plan.map((row) => String(row["detail"])));
    // Without a stretch, and whole words in it, nothing is searched.
    if (text.includes("FROM trace_stretch")) return [{ number: 0, first_bucket: -4_398_046_511_104 }];
    if (text.includes("FROM trace_word")) return [{ term: "0xword" }];
    return text.includes("AS bucket") ? [{ position: "0", bucket: 0 }] : [];
  };
  const sql = {
    dialect: "sqlite",
    run: async (statement: Statement) => run(statement),
    runTogether: async (statements: readonly Statement[]) => statements.map(run),
  } as const;
  const locks = { holdWorker: () => Promise.reject(new Error("none")), isWorkerHeld: async () => false };
  // Without rows some questions end in a refusal: by then their statements are known.
  const none = () => Promise.reject(new Error("none"));
  const traces = sqlTraceStore(sql, {
    isInOrder: true,
    addParts: none,
    readParts: none,
    saveTraces: none,
    packTraces: none,
  });
  await ask({ ...sqlRuntimeStore(sql, locks), ...traces }).catch(() => {});
  return steps;
}

const id = makeId<"run">();
const scope = { kind: "user", id: "u" } as const;
const page = { limit: 10, before: { createdAtMs: 1, id: "x" } };

test.each<{ what: string; ask: (store: RuntimeStore & TraceStore) => Promise<unknown> }>([
  { what: "createRun", ask: (store) => store.createRun(sampleRun(sampleSession(), { idempotencyKey: "k" })) },
  { what: "claimRun", ask: (store) => store.claimRun({ id, workerId: "w", from: ["queued"], heldBy: "v", atMs: 1 }) },
  {
    what: "pauseRun",
    ask: (store) => store.pauseRun({ id, workerId: "w", on: "sleep", wakeAtMs: 1, seenPosition: 0 }),
  },
  { what: "endRun", ask: (store) => store.endRun({ id, outcome: "answered", atMs: 1, sessionState: {} }) },
  { what: "listSessions", ask: (store) => store.listSessions({ ...page, ownerId: "u" }) },
  { what: "listRuns", ask: (store) => store.listRuns({ ...page, ownerId: "u", status: "ended" }) },
  { what: "listSessionRuns", ask: (store) => store.listSessionRuns(makeId(), { limit: 1 }) },
  { what: "countOpenRuns", ask: (store) => store.countOpenRuns(makeId()) },
  { what: "nextWakeAtMs", ask: (store) => store.nextWakeAtMs() },
  { what: "listRunsOf", ask: (store) => store.listRunsOf(["w", "v"]) },
  {
    what: "addSignal",
    ask: (store) => store.addSignal({ id: "s", runId: id, atMs: 1, by: "b", body: { kind: "cancel" } }),
  },
  { what: "listSignals", ask: (store) => store.listSignals(id) },
  { what: "listSignalsAfter", ask: (store) => store.listSignalsAfter(5, 10) },
  { what: "readMemory", ask: (store) => store.readMemory(scope, "k") },
  {
    what: "writeMemory",
    ask: (store) => store.writeMemory({ scope, key: "k", value: "v", writeId: "w", atMs: 1, expectedVersion: 0 }),
  },
  { what: "listMemory", ask: (store) => store.listMemory(scope, { limit: 1, prefix: "p", afterKey: "pa" }) },
  { what: "findApiKey", ask: (store) => store.findApiKey("h") },
  { what: "listDueDeliveries", ask: (store) => store.listDueDeliveries(1, 1) },
  { what: "pruneDeliveries", ask: (store) => store.pruneDeliveries(makeId(), { beforeMs: 1, limit: 1 }) },
  { what: "removeSession", ask: (store) => store.removeSession(makeId()) },
  { what: "findTrace", ask: (store) => store.findTrace("abcdef0123") },
  { what: "listUnsettled", ask: (store) => store.listUnsettled({ quietSinceMs: 1, limit: 10 }) },
  { what: "listFeedback", ask: (store) => store.listFeedback([id, makeId()]) },
])("$what looks up what it needs, and reads through no table", async ({ ask }) => {
  const steps = await planOf(ask);
  expect(steps.some((step) => step.startsWith("SEARCH"))).toBe(true);
  expect(steps.filter((step) => /^SCAN (?!CONSTANT)/.test(step))).toEqual([]);
});

test("due runs are read from the indexes of those that wait, at most", async () => {
  const offers = [{ agent: "a", version: "1" }];
  const steps = await planOf((store) => store.listDueRuns({ nowMs: 1, limit: 10, offers }));
  expect(steps.filter((step) => /^SCAN (?!CONSTANT)/.test(step))).toEqual(["SCAN run USING INDEX run_queued"]);
  expect(steps).toContain("SEARCH run USING INDEX run_wake (wake_at_ms<?)");
});

test("old traces to remove are found from the index of times, a page of them", async () => {
  const steps = await planOf((store) => store.removeTraces({ startedBeforeMs: 1, limit: 10 }));
  expect(steps).toContain("SEARCH trace USING INDEX trace_by_time (started_at_ms<?)");
  // The page itself.
  expect(steps.filter((step) => /^SCAN (?!CONSTANT|old$)/.test(step))).toEqual([]);
});

const before = { startedAtMs: 5, runId: "x" };

test.each<{ query: Partial<TraceQuery>; step: string }>([
  { query: {}, step: "SCAN trace USING INDEX trace_by_time" },
  { query: { before }, step: "SEARCH trace USING INDEX trace_by_time ((started_at_ms,run_id)<(?,?))" },
  { query: { startedFromMs: 1 }, step: "SEARCH trace USING INDEX trace_by_time (started_at_ms>?)" },
  { query: { durationMsMin: 1, costMicroUsdMin: 1 }, step: "SCAN trace USING INDEX trace_by_time" },
  { query: { agent: "a" }, step: "SEARCH trace USING INDEX trace_by_agent (agent=?)" },
  {
    query: { agent: "a", before },
    step: "SEARCH trace USING INDEX trace_by_agent (agent=? AND (started_at_ms,run_id)<(?,?))",
  },
  { query: { user: "u" }, step: "SEARCH trace USING INDEX trace_by_user (user_id=?)" },
  {
    query: { session: "s", startedFromMs: 1 },
    step: "SEARCH trace USING INDEX trace_by_session (session=? AND started_at_ms>?)",
  },
])("traces of $query are read newest first from one index", async ({ query, step }) => {
  expect(await planOf((store) => store.listTraces({ limit: 10, ...query }))).toEqual([step]);
});

test.each<Partial<TraceQuery>>([
  { tool: "t" },
  { model: "m" },
  { finding: "any" },
  { outcome: "failed" },
  { errorCountMin: 1 },
  { text: "some words" },
  { text: "word", agent: "a", user: "u", durationMsMin: 1 },
  { text: "word", before, startedFromMs: 1 },
])("traces of %j are read newest first from the full-text index, and not put in order", async (query) => {
  const steps = await planOf((store) => store.listTraces({ limit: 10, ...query }));
  const isNarrowed = /\s/.test(query.text ?? "") || query.agent !== undefined;
  expect(steps.slice(3).map((step) => step.replace(/INDEX \d+:\S*/, "INDEX"))).toEqual(
    isNarrowed ? [SEARCHED, ...USUAL_WORDS, SEARCHED, ...AT_KNOWN_PLACES] : [SEARCHED, BY_POSITION],
  );
  expect(steps.slice(0, 3)).toEqual([
    "SEARCH trace_stretch USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    "SCALAR SUBQUERY 1",
    "SEARCH trace_stretch USING INTEGER PRIMARY KEY (rowid<?)",
  ]);
});

const SEARCHED = "SCAN trace_search VIRTUAL TABLE INDEX";
const BY_POSITION = "SEARCH trace USING INTEGER PRIMARY KEY (rowid=?)";
/** Some hundred at most. */
const AT_KNOWN_PLACES = ["SCAN known VIRTUAL TABLE INDEX", BY_POSITION, "USE TEMP B-TREE FOR ORDER BY"];
/** Of those words that begin so, alone. */
const USUAL_WORDS = ["SCAN trace_word VIRTUAL TABLE INDEX", "USE TEMP B-TREE FOR ORDER BY"];
