import { afterEach, describe, expect, test } from "vitest";
import type { EvalRun, NewEvent, Trial } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { makeId, sampleEvalRun, sampleTrial } from "./sample-records.ts";

/**
 * Opens the store at a place; an unknown place is empty, and two stores at one place share what they hold.
 * @param place a short text of letters, digits and dashes: becomes a file, a schema, a database
 */
export type OpenStore = (place: string) => Promise<Store>;

/** What every store must do, whatever it is made of. */
export function describeStoreConformance(name: string, openStore: OpenStore): void {
  describe(`${name} keeps the contract`, () => {
    const stores: Store[] = [];
    const openAt = async (place: string) => {
      const store = await openStore(place);
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
    });
    describeAppending(openAt);
    describeReading(openAt);
    describeWritersTogether(openAt);
    describeContent(openAt);
    describeEvalRuns(openAt);
    describeTrialsAndBaselines(openAt);
    describeLifetime(openAt);
  });
}

const runId = () => makeId<"run">();
const newPlace = () => `place-${makeId().toLowerCase()}`;
const withCode = (code: string) => expect.objectContaining({ code });

function said(content: string, more: Partial<NewEvent> = {}): NewEvent {
  return { type: "message.sent", content, atMs: 1_700_000_000_000, witness: "runtime", ...more } as NewEvent;
}

function describeAppending(openAt: OpenStore): void {
  test("what was appended is read back in order, numbered from 0", async () => {
    const store = await openAt(newPlace());
    const id = runId();
    const events: NewEvent[] = [
      { type: "message.received", from: "user", content: "hello", atMs: 1.5, witness: "edge" },
      {
        type: "tool.called",
        effect: 0,
        attempt: 1,
        callId: "c",
        tool: "t",
        arguments: { a: [1, null] },
        atMs: 2,
        witness: "runtime",
      },
    ];
    expect(await store.append(id, events, 0)).toBe(2);
    expect(await store.append(id, [said("bye")], 2)).toBe(3);
    expect(await store.read(id)).toEqual([...events, said("bye")].map((event, seq) => ({ ...event, seq })));
    expect(await store.read(runId())).toEqual([]);
  });

  test.each([
    { why: "behind the end", expectedSeq: 1 },
    { why: "beyond the end", expectedSeq: 3 },
    { why: "at the beginning again", expectedSeq: 0 },
    { why: "before the beginning", expectedSeq: -1 },
  ])("an append $why is fenced off and writes nothing", async ({ expectedSeq }) => {
    const store = await openAt(newPlace());
    const id = runId();
    await store.append(id, [said("a"), said("b")], 0);
    await expect(store.append(id, [said("c"), said("d")], expectedSeq)).rejects.toEqual(withCode("log.conflict"));
    await expect(store.append(id, [], expectedSeq)).rejects.toEqual(withCode("log.conflict"));
    expect(await store.append(id, [], 2)).toBe(2);
    expect((await store.read(id)).length).toBe(2);
  });

  test("a refused append does not disturb those around it", async () => {
    const store = await openAt(newPlace());
    const [left, right] = [runId(), runId()];
    const outcomes = await Promise.allSettled([
      store.append(left, [said("a")], 0),
      store.append(left, [said("stale")], 0),
      store.append(right, [said("b")], 0),
      store.append(left, [said("c")], 1),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect((await store.read(left)).map((event) => "content" in event && event.content)).toEqual(["a", "c"]);
    expect((await store.read(right)).length).toBe(1);
  });
}

function describeReading(openAt: OpenStore): void {
  test("pages join without gap or overlap, and a read sees the appends handed over before it", async () => {
    const store = await openAt(newPlace());
    const id = runId();
    const appended = store.append(
      id,
      Array.from({ length: 25 }, (_, index) => said(String(index))),
      0,
    );
    const pages = [0, 10, 20, 30].map((fromSeq) => store.read(id, { fromSeq, limit: 10 }));
    expect((await Promise.all(pages)).map((page) => page.map(({ seq }) => seq))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
      [20, 21, 22, 23, 24],
      [],
    ]);
    await appended;
  });

  test("listeners hear of each durable append of their run, until they stop", async () => {
    const store = await openAt(newPlace());
    const [id, other] = [runId(), runId()];
    const heard: number[] = [];
    const stop = store.onAppend(id, (nextSeq) => heard.push(nextSeq));
    await store.append(id, [said("a"), said("b")], 0);
    await store.append(other, [said("x")], 0);
    await store.append(id, [said("stale")], 0).catch(() => {});
    await store.append(id, [said("c")], 2);
    await store.flush();
    stop();
    await store.append(id, [said("d")], 3);
    await store.flush();
    expect(heard).toEqual([2, 3]);
  });
}

function describeWritersTogether(openAt: OpenStore): void {
  test("of two stores that race for every place in a log, exactly one gets it", async () => {
    const place = newPlace();
    const writers = [await openAt(place), await openAt(place)];
    const id = runId();
    for (let seq = 0; seq < 30; seq += 1) {
      const outcomes = await Promise.allSettled(
        writers.map((store, index) => store.append(id, [said(`${index}`)], seq)),
      );
      const losers = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(losers.map(({ reason }) => reason)).toEqual([withCode("log.conflict")]);
    }
    expect((await writers[0]?.read(id))?.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, seq) => seq));
    expect(await writers[1]?.read(id)).toEqual(await writers[0]?.read(id));
  });

  test("100 writers at once each get a log without gaps, all their own", async () => {
    const store = await openAt(newPlace());
    const ids = Array.from({ length: 100 }, runId);
    await Promise.all(
      ids.map(async (id) => {
        for (let seq = 0; seq < 30; seq += 3) await store.append(id, [said(id), said(id), said(id)], seq);
      }),
    );
    for (const id of ids) {
      const events = await store.read(id);
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, seq) => seq));
      expect(events.every((event) => "content" in event && event.content === id)).toBe(true);
    }
  });
}

function describeContent(openAt: OpenStore): void {
  test.each([
    { what: "scripts of the world", content: "Grüße, 你好, שלום, 👩‍👩‍👧, e\u0301" },
    { what: "an unpaired surrogate", content: "cut \ud83d here, and \udc00 there" },
    { what: "control characters and NUL", content: "a\u0000b\u001b[31m\r\n\u2028" },
    { what: "quotes and backslashes", content: `'"\\; DROP TABLE run_log; -- $1 ?1 %s` },
    { what: "nothing", content: "" },
  ])("a message with $what comes back as it was", async ({ content }) => {
    const store = await openAt(newPlace());
    const id = runId();
    await store.append(id, [said(content)], 0);
    expect(await store.read(id)).toEqual([{ ...said(content), seq: 0 }]);
  });

  test("an event below the limit is kept, one above it is refused with all that came along", async () => {
    const store = await openAt(newPlace());
    const id = runId();
    const large = said("x".repeat(LIMITS.eventBytesMax - 100));
    const tooLarge = said("é".repeat(LIMITS.eventBytesMax / 2));
    await store.append(id, [large], 0);
    await expect(store.append(id, [said("small"), tooLarge], 1)).rejects.toEqual(withCode("log.event_too_large"));
    expect(await store.read(id)).toEqual([{ ...large, seq: 0 }]);
  });

  test("an event that is no JSON, or has no time, is refused", async () => {
    const store = await openAt(newPlace());
    const id = runId();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    await expect(store.append(id, [said("a", circle)], 0)).rejects.toEqual(withCode("log.bad_event"));
    await expect(store.append(id, [said("a", { atMs: Number.NaN })], 0)).rejects.toEqual(withCode("log.bad_event"));
    expect(await store.read(id)).toEqual([]);
  });

  test.each(["half \ud83d", "nul \u0000"])("names that a database would change are refused: %j", async (name) => {
    const store = await openAt(newPlace());
    const run = sampleEvalRun();
    await expect(store.createEvalRun({ ...run, name })).rejects.toEqual(withCode("store.bad_text"));
    await store.createEvalRun(run);
    await expect(store.saveTrial(sampleTrial(run.id, { caseId: name }))).rejects.toEqual(withCode("store.bad_text"));
    await expect(store.setBaseline({ suite: "s", name, evalRunId: run.id })).rejects.toEqual(
      withCode("store.bad_text"),
    );
  });
}

function describeEvalRuns(openAt: OpenStore): void {
  test("an eval run is found by id and by name, as it was last written", async () => {
    const store = await openAt(newPlace());
    const run = sampleEvalRun();
    await store.createEvalRun(run);
    const finished: EvalRun = { ...run, status: "finished", endedAtMs: 99.5, models: ["m"], owner: null };
    await store.updateEvalRun(finished);
    expect(await store.findEvalRun(run.id)).toEqual(finished);
    expect(await store.findEvalRun(run.name)).toEqual(finished);
    expect(await store.findEvalRun("nobody")).toBeUndefined();
  });

  test("a name is taken once, and only what exists is updated", async () => {
    const store = await openAt(newPlace());
    const [first, second] = [sampleEvalRun(), sampleEvalRun()];
    await store.createEvalRun(first);
    await store.createEvalRun(second);
    await expect(store.createEvalRun(sampleEvalRun({ name: first.name }))).rejects.toEqual(
      withCode("eval.duplicate_run"),
    );
    await expect(store.updateEvalRun({ ...second, name: first.name })).rejects.toEqual(withCode("eval.duplicate_run"));
    await expect(store.updateEvalRun(sampleEvalRun())).rejects.toEqual(withCode("eval.unknown_run"));
    expect(await store.findEvalRun(second.id)).toEqual(second);
  });

  test("pages go from new to old, also at equal times, and new runs do not shift them", async () => {
    const store = await openAt(newPlace());
    const runs = Array.from({ length: 9 }, (_, index) =>
      sampleEvalRun({ startedAtMs: Math.floor(index / 3), suite: `s${index % 2}` }),
    );
    for (const run of [...runs].reverse()) await store.createEvalRun(run);
    const seen: string[] = [];
    let before: { startedAtMs: number; id: string } | undefined;
    for (;;) {
      const page = await store.listEvalRuns({ limit: 2, ...(before && { before }) });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1);
      await store.createEvalRun(sampleEvalRun({ startedAtMs: 1_000 }));
    }
    expect(seen).toEqual(runs.map(({ id }) => id).reverse());
    const ofSuite = await store.listEvalRuns({ limit: 100, suite: "s1" });
    expect(ofSuite.map(({ id }) => id)).toEqual([runs[7], runs[5], runs[3], runs[1]].map((run) => run?.id));
  });

  test("a removed run takes its trials, their logs and its baselines along, and nothing else", async () => {
    const store = await openAt(newPlace());
    const [gone, kept] = [sampleEvalRun(), sampleEvalRun()];
    const trials = new Map<EvalRun, Trial>();
    for (const run of [gone, kept]) {
      await store.createEvalRun(run);
      const own = sampleTrial(run.id);
      trials.set(run, own);
      await store.append(own.runId, [said("log")], 0);
      await store.saveTrial(own);
      await store.setBaseline({ suite: run.name, name: "main", evalRunId: run.id });
    }
    await store.removeEvalRun(gone.id);
    const left = async (run: EvalRun) => [
      await store.findEvalRun(run.id),
      (await store.listTrials(run.id)).length,
      (await store.read(trials.get(run)?.runId ?? runId())).length,
      await store.findBaseline(run.name, "main"),
    ];
    expect(await left(gone)).toEqual([undefined, 0, 0, undefined]);
    expect(await left(kept)).toEqual([kept, 1, 1, kept.id]);
  });
}

function describeTrialsAndBaselines(openAt: OpenStore): void {
  test("trials come back as they were, in order of case and attempt", async () => {
    const store = await openAt(newPlace());
    const run = sampleEvalRun();
    await store.createEvalRun(run);
    const isVoid: Trial["outcome"] = { kind: "void", reason: "provider", message: "429 \ud800" };
    const trials = [
      sampleTrial(run.id, { caseId: "a", attemptIndex: 0 }),
      sampleTrial(run.id, { caseId: "a", attemptIndex: 2, outcome: isVoid }),
      sampleTrial(run.id, { caseId: "a", attemptIndex: 10 }),
      sampleTrial(run.id, { caseId: "b", attemptIndex: 1 }),
    ];
    await Promise.all([...trials].reverse().map((each) => store.saveTrial(each)));
    expect(await store.listTrials(run.id)).toEqual(trials);
    expect(await store.findTrial(trials[1]?.id ?? "")).toEqual(trials[1]);
    expect(await store.findTrial("nobody")).toBeUndefined();
  });

  test("an attempt is saved once, and only of a run that exists", async () => {
    const store = await openAt(newPlace());
    const run = sampleEvalRun();
    await store.createEvalRun(run);
    const first = sampleTrial(run.id);
    await store.saveTrial(first);
    await expect(store.saveTrial(sampleTrial(run.id))).rejects.toEqual(withCode("log.conflict"));
    await expect(store.saveTrial({ ...first, attemptIndex: 7 })).rejects.toEqual(withCode("log.conflict"));
    await expect(store.saveTrial(sampleTrial(makeId()))).rejects.toEqual(withCode("eval.unknown_run"));
    expect(await store.listTrials(run.id)).toEqual([first]);
  });

  test("a suite's baseline is the last one set under its name", async () => {
    const store = await openAt(newPlace());
    const [first, second] = [sampleEvalRun(), sampleEvalRun()];
    for (const run of [first, second]) await store.createEvalRun(run);
    await store.setBaseline({ suite: "s", name: "main", evalRunId: first.id });
    await store.setBaseline({ suite: "s", name: "release", evalRunId: first.id });
    await store.setBaseline({ suite: "s", name: "main", evalRunId: second.id });
    expect(await store.findBaseline("s", "main")).toBe(second.id);
    expect(await store.findBaseline("s", "release")).toBe(first.id);
    expect(await store.findBaseline("other", "main")).toBeUndefined();
    const unknown = store.setBaseline({ suite: "s", name: "main", evalRunId: makeId() });
    await expect(unknown).rejects.toEqual(withCode("eval.unknown_run"));
  });
}

function describeLifetime(openAt: OpenStore): void {
  test("what was stored is there when the place is opened again", async () => {
    const place = newPlace();
    const run = sampleEvalRun();
    const own = sampleTrial(run.id);
    const first = await openAt(place);
    await first.createEvalRun(run);
    await first.saveTrial(own);
    await first.setBaseline({ suite: "s", name: "main", evalRunId: run.id });
    // Not waited for: closing writes what was handed over.
    const appended = first.append(own.runId, [said("kept")], 0);
    await first[Symbol.asyncDispose]();
    expect(await appended).toBe(1);
    const second = await openAt(place);
    expect(await second.findEvalRun(run.name)).toEqual(run);
    expect(await second.listTrials(run.id)).toEqual([own]);
    expect(await second.findBaseline("s", "main")).toBe(run.id);
    expect(await second.read(own.runId)).toEqual([{ ...said("kept"), seq: 0 }]);
    expect(await second.append(own.runId, [said("more")], 1)).toBe(2);
  });

  test("a closed store refuses, and may be closed again", async () => {
    const store = await openAt(newPlace());
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(store.append(runId(), [said("late")], 0)).rejects.toEqual(withCode("store.unavailable"));
    await expect(store.read(runId())).rejects.toEqual(withCode("store.unavailable"));
  });
}
