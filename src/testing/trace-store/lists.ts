import { expect, test } from "vitest";
import type { TraceSummary } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import type { Store, TraceQuery } from "../../store/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, SIMILAR_IDS } from "../sample-runtime-records.ts";
import { newTraceId, sampleSummary } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

export function describeTraceLists(openAt: OpenStore): void {
  describeFilters(openAt);
  describePages(openAt);
  describeNames(openAt);
  describeFindingTraces(openAt);
}

const finding = (detector: string) => ({ detector, severity: "high", explanation: "x", evidence: [0] }) as const;

/** Of each kind of difference some, none of them the same for two neighbours. */
const TRACES: readonly TraceSummary[] = Array.from({ length: 60 }, (_, index) =>
  sampleSummary({
    runId: `01JRUN${String(index).padStart(20, "0")}` as Id<"run">,
    origin: (["observed", "live", "trial"] as const)[index % 3]!,
    agent: { name: `agent ${index % 4}`, version: `v${index % 5}` },
    user: index % 3 === 0 ? null : `user ${index % 7}`,
    session: index % 4 === 0 ? null : `session ${index % 6}`,
    outcome: (["answered", "failed", "unknown"] as const)[index % 3]!,
    tools: index % 5 === 0 ? [] : [`tool ${index % 3}`, `tool ${3 + (index % 4)}`],
    models: [`model ${index % 2}`],
    findings: index % 6 === 0 ? [finding("loop"), finding("loop"), finding(`other ${index % 4}`)] : [],
    // Several begin at once, also within one millisecond.
    startedAtMs: 1_000 + Math.floor(index / 4) + (index % 2) / 4,
    durationMs: (index * 37) % 100,
    costMicroUsd: index % 7 === 0 ? null : (index * 53) % 100,
    errorCount: index % 8 === 0 ? index % 3 : 0,
  }),
);

/** Written apart from the store: what a query means. */
function isWanted(trace: TraceSummary, query: Partial<TraceQuery>): boolean {
  const { agent, version, user, session, origin, outcome, tool, model, startedFromMs = 0, startedToMs = 1e9 } = query;
  const { costMicroUsdMin, durationMsMin = 0, errorCountMin = 0 } = query;
  const isSame = (wanted: string | undefined, given: string | null) => wanted === undefined || wanted === given;
  const detectors = trace.findings.map(({ detector }) => detector);
  return [
    isSame(agent, trace.agent.name),
    isSame(version, trace.agent.version),
    isSame(user, trace.user),
    isSame(session, trace.session),
    isSame(origin, trace.origin),
    isSame(outcome, trace.outcome),
    tool === undefined || trace.tools.includes(tool),
    model === undefined || trace.models.includes(model),
    query.finding === undefined || (query.finding === "any" ? detectors.length > 0 : detectors.includes(query.finding)),
    trace.startedAtMs >= startedFromMs && trace.startedAtMs < startedToMs,
    costMicroUsdMin === undefined || (trace.costMicroUsd ?? -1) >= costMicroUsdMin,
    trace.durationMs >= durationMsMin,
    trace.errorCount >= errorCountMin,
  ].every(Boolean);
}

function newestFirst(left: TraceSummary, right: TraceSummary): number {
  return right.startedAtMs - left.startedAtMs || (left.runId < right.runId ? 1 : -1);
}

const FILTERS: readonly Partial<TraceQuery>[] = [
  { agent: "agent 1" },
  { version: "v3" },
  { user: "user 4" },
  { session: "session 5" },
  { origin: "live" },
  { outcome: "failed" },
  { tool: "tool 4" },
  { model: "model 1" },
  { finding: "loop" },
  { finding: "any" },
  { startedFromMs: 1_005.25 },
  { startedToMs: 1_005.25 },
  { costMicroUsdMin: 50 },
  { costMicroUsdMin: 0 },
  { durationMsMin: 60 },
  { errorCountMin: 1 },
  { errorCountMin: 2 },
  { errorCountMin: 0 },
];

const save = (store: Store, traces: readonly TraceSummary[], words = "word") =>
  store.saveTraces(traces.map((summary) => ({ summary, words })));

function describeFilters(openAt: OpenStore): void {
  test("each filter alone, any two together, and each with a text find what they say, newest first", async () => {
    const store = await openAt(newPlace());
    await save(store, TRACES);
    for (const left of FILTERS) {
      for (const right of [{}, { text: "wor" }, ...FILTERS]) {
        const query = { ...left, ...right };
        const wanted = TRACES.filter((trace) => isWanted(trace, query)).toSorted(newestFirst);
        const listed = await store.listTraces({ limit: 1_000, ...query });
        expect(
          listed.map(({ runId }) => runId),
          JSON.stringify(query),
        ).toEqual(wanted.map(({ runId }) => runId));
        if (Object.keys(right).length === 0) {
          expect(listed).toEqual(wanted);
          expect(listed.length, JSON.stringify(left)).toBeGreaterThan(0);
        }
      }
    }
  });

  test("all filters together find the one trace that has it all", async () => {
    const store = await openAt(newPlace());
    const one = sampleSummary({ user: "u", session: "s", findings: [finding("f")], costMicroUsd: 9, errorCount: 1 });
    await save(store, [...TRACES, one]);
    const query: TraceQuery = {
      limit: 5,
      agent: "support",
      version: "1",
      user: "u",
      session: "s",
      origin: "observed",
      outcome: "answered",
      tool: "orders.get",
      model: "m-1",
      finding: "f",
      startedFromMs: 2_000,
      startedToMs: 2e12,
      costMicroUsdMin: 9,
      durationMsMin: 1_500.5,
      errorCountMin: 1,
      text: "word",
    };
    expect(await store.listTraces(query)).toEqual([one]);
    for (const key of ["agent", "version", "user", "session", "tool", "model", "finding", "text"] as const) {
      expect(await store.listTraces({ ...query, [key]: "nothing" }), key).toEqual([]);
    }
  });
}

function describePages(openAt: OpenStore): void {
  test.each<Partial<TraceQuery>>([
    {},
    { agent: "agent 1" },
    { tool: "tool 1" },
    { text: "word" },
    { model: "model 0", text: "w" },
  ])("pages of %j join without gap or overlap, and new traces do not shift them", async (filter) => {
    const store = await openAt(newPlace());
    await save(store, TRACES);
    const wanted = TRACES.filter((trace) => isWanted(trace, filter)).toSorted(newestFirst);
    const seen: TraceSummary[] = [];
    for (let before: TraceQuery["before"]; ;) {
      const page = await store.listTraces({ limit: 3, ...filter, ...(before && { before }) });
      if (page.length === 0) break;
      seen.push(...page);
      before = page.at(-1)!;
      await save(store, [{ ...TRACES[seen.length % 60]!, runId: makeId(), startedAtMs: 9_000 }]);
    }
    expect(seen.map(({ runId }) => runId)).toEqual(wanted.map(({ runId }) => runId));
  });

  test("many that begin in the same millisecond are paged in order of run id", async () => {
    const store = await openAt(newPlace());
    const traces = Array.from({ length: 200 }, (_, index) =>
      sampleSummary({ runId: `01J${String((index * 77) % 200).padStart(23, "0")}` as Id<"run">, startedAtMs: 7 }),
    );
    const others = [5, 6, 8, 9].map((startedAtMs) => sampleSummary({ startedAtMs }));
    await save(store, [...traces, ...others]);
    const wanted = [...traces, ...others].toSorted(newestFirst).map(({ runId }) => runId);
    for (const filter of [{}, { text: "word" }, { text: "word wo" }]) {
      const seen: string[] = [];
      for (let before: TraceQuery["before"]; ;) {
        const page = await store.listTraces({ limit: 11, ...filter, ...(before && { before }) });
        if (page.length === 0) break;
        seen.push(...page.map(({ runId }) => runId));
        before = page.at(-1)!;
      }
      expect(seen).toEqual(wanted);
    }
  });

  test("times from before 1970, and from after our days, are in order as well", async () => {
    const store = await openAt(newPlace());
    const times = [1e15, 8.64e15, -5, -4.5, 0, 1_700_000_000_000, -1e15, 4_398_046_511_103, 1.5, 1.25];
    await save(
      store,
      times.map((startedAtMs) => sampleSummary({ startedAtMs })),
    );
    const wanted = times.toSorted((left, right) => right - left);
    for (const filter of [{}, { text: "word" }, { text: "word wo" }]) {
      const listed = await store.listTraces({ limit: 100, ...filter });
      expect(listed.map(({ startedAtMs }) => startedAtMs)).toEqual(wanted);
      const later = await store.listTraces({ limit: 100, ...filter, startedFromMs: -4.5, startedToMs: 1e15 });
      expect(later.length).toBe(6);
    }
  });
}

function describeNames(openAt: OpenStore): void {
  test("names that look alike are told apart", async () => {
    const store = await openAt(newPlace());
    const traces = SIMILAR_IDS.map((name) =>
      sampleSummary({ agent: { name, version: name }, user: name, session: name, tools: [name], models: [name] }),
    );
    await save(store, traces);
    for (const [index, name] of SIMILAR_IDS.entries()) {
      for (const key of ["agent", "version", "user", "session", "tool", "model"] as const) {
        for (const text of [{}, { text: "word" }]) {
          const listed = await store.listTraces({ limit: 10, [key]: name, ...text });
          expect(listed, `${key} ${JSON.stringify(name)}`).toEqual([traces[index]]);
        }
      }
    }
  });

  test.each([...HOSTILE_TEXTS, "half \ud83d", "nul \u0000", "any"])(
    "a summary with %j in every text is kept and found",
    async (text) => {
      const store = await openAt(newPlace());
      const summary = sampleSummary({
        agent: { name: text, version: text },
        user: text,
        session: text,
        tools: [text],
        models: [text],
        title: text,
        findings: [{ detector: text, severity: "low", explanation: text, evidence: [] }],
      });
      await save(store, [summary, sampleSummary()], text);
      const query = { agent: text, version: text, user: text, session: text, tool: text, model: text, finding: text };
      expect(await store.listTraces({ limit: 10, ...query })).toEqual([summary]);
      expect(await store.findTrace(summary.runId)).toEqual(summary);
    },
  );

  test("a page has a size", async () => {
    const store = await openAt(newPlace());
    for (const limit of [0, 1_001, 1.5, Number.NaN]) {
      await expect(store.listTraces({ limit })).rejects.toThrow("bounds the page");
    }
    await expect(store.listTraces({ limit: 1 })).resolves.toEqual([]);
  });
}

function describeFindingTraces(openAt: OpenStore): void {
  test("a trace is found by its ids and by a beginning that only it has", async () => {
    const store = await openAt(newPlace());
    const [left, right] = ["abcdef0123", "abcdef4567"].map((start) =>
      sampleSummary({ traceId: start + newTraceId().slice(10) }),
    );
    await save(store, [left!, right!]);
    for (const trace of [left!, right!]) {
      expect(await store.findTrace(trace.runId)).toEqual(trace);
      expect(await store.findTrace(trace.traceId!)).toEqual(trace);
      expect(await store.findTrace(trace.traceId!.slice(0, 7))).toEqual(trace);
    }
    expect(await store.findTrace("abcdef")).toBeUndefined();
    expect(await store.findTrace("abcde")).toBeUndefined();
    expect(await store.findTrace(left!.runId.slice(0, 6))).toBeUndefined();
    for (const id of ["", "%%%%%%", "______", "******", "'; --  ", "\ud800", "nobody at all"]) {
      expect(await store.findTrace(id), id).toBeUndefined();
    }
  });

  test("an id that another one goes on from is found whole", async () => {
    const store = await openAt(newPlace());
    const [short, long] = [sampleSummary({ traceId: "a".repeat(16) }), sampleSummary({ traceId: "a".repeat(32) })];
    await save(store, [short, long]);
    expect(await store.findTrace("a".repeat(16))).toEqual(short);
    expect(await store.findTrace("a".repeat(17))).toEqual(long);
    expect(await store.findTrace("a".repeat(15))).toBeUndefined();
  });

  test("a summary that has no time is refused, and none with it is written", async () => {
    const store = await openAt(newPlace());
    const saving = save(store, [sampleSummary(), sampleSummary({ startedAtMs: Number.NaN })]);
    await expect(saving).rejects.not.toBeInstanceOf(AegisError);
    expect(await store.listTraces({ limit: 10 })).toEqual([]);
  });
}
