import { afterEach, expect, test } from "vitest";
import { idMaker, systemClock } from "../kernel/index.ts";
import { type LogEntry, openRunLog } from "../log/index.ts";
import type { Store } from "../store/index.ts";
import { openPlace } from "../testing/open-place.ts";
import { RunWatches } from "./run-watches.ts";

let place: ReturnType<typeof openPlace> | undefined;
afterEach(() => place?.close());

const said: LogEntry = { type: "message.sent", content: "said", witness: "runtime" };
const paused: LogEntry = { type: "run.paused", on: "approval", effects: [0], witness: "runtime" };
const ended: LogEntry = { type: "run.ended", outcome: "answered", durationMs: 1, witness: "runtime" };

/** Watches over a run that another process writes; looks are waited for by hand. */
async function openWatched(isThere: () => boolean = () => true) {
  place = openPlace();
  const [own, other] = [await place.openStore(), await place.openStore()];
  const runId = idMaker(systemClock, Math.random)<"run">();
  const log = openRunLog({ store: other, runId, clock: systemClock });
  let readCount = 0;
  let next: { readonly ms: number; readonly look: () => void } | undefined;
  const waited = new Set<PromiseWithResolvers<void>>();
  const store: Pick<Store, "read" | "onAppend" | "findRun"> = {
    read: (...asked) => ((readCount += 1), own.read(...asked)),
    onAppend: (...asked) => own.onAppend(...asked),
    findRun: async () => (isThere() ? ({} as Awaited<ReturnType<Store["findRun"]>>) : undefined),
  };
  const watches = new RunWatches({
    store,
    isPerforming: () => false,
    after(ms, look) {
      const mine = (next = { ms, look });
      for (const each of waited) each.resolve();
      waited.clear();
      return () => void (next = next === mine ? undefined : next);
    },
  });
  const seen: number[][] = [];
  const follow = (fromSeq = 0) => {
    const mine: number[] = [];
    seen.push(mine);
    const read = async () => {
      for await (const events of watches.follow({ runId, fromSeq })) mine.push(...events.map(({ seq }) => seq));
    };
    return read();
  };
  return {
    own,
    log,
    runId,
    watches,
    follow,
    seen,
    readCount: () => readCount,
    nextMs: () => next?.ms,
    /** Lets the next look happen, to its end. */
    async look(): Promise<number> {
      const scheduled = Promise.withResolvers<void>();
      const { ms, look } = next ?? { ms: -1, look: () => scheduled.resolve() };
      next = undefined;
      waited.add(scheduled);
      look();
      await scheduled.promise;
      return ms;
    },
  };
}

test("a thousand followers of a paused run are one look, less and less often, and each gets every event", async () => {
  const { log, follow, seen, look, readCount, nextMs } = await openWatched();
  await log.append(said, paused);
  const reading = Array.from({ length: 1_000 }, (_, index) => follow(index % 2));
  await expect.poll(() => seen.every((mine) => mine.at(-1) === 1)).toBe(true);
  const before = readCount();
  const waits: number[] = [];
  for (let count = 0; count < 6; count += 1) waits.push(await look());
  expect(readCount() - before).toBe(6);
  expect(waits).toEqual([150, 300, 600, 1_000, 1_000, 1_000]);
  await log.append({ type: "run.resumed", attempt: 2, because: "decision", version: "1", witness: "runtime" });
  await look();
  await expect.poll(() => seen.every((mine) => mine.at(-1) === 2)).toBe(true);
  expect(readCount() - before).toBe(7);
  expect(nextMs()).toBe(150);
  await log.append(said, ended);
  await look();
  await Promise.all(reading);
  expect(readCount() - before).toBe(8);
  expect(seen.map((mine) => mine.join())).toEqual(seen.map((_, index) => (index % 2 ? "1,2,3,4" : "0,1,2,3,4")));
  expect(nextMs()).toBeUndefined();
});

test("what this process appends, and what is said to the run here, wakes followers and looks without waiting", async () => {
  const { own, log, runId, watches, follow, seen, look, nextMs } = await openWatched();
  await log.append(paused);
  const reading = follow();
  await expect.poll(() => seen[0]).toEqual([0]);
  for (let count = 0; count < 4; count += 1) await look();
  expect(nextMs()).toBe(1_000);
  watches.expect(runId);
  expect(nextMs()).toBe(150);
  const here = openRunLog({ store: own, runId, clock: systemClock, history: await own.read(runId) });
  await here.append(said, ended);
  await reading;
  expect(seen).toEqual([[0, 1, 2]]);
});

test("a follower that reads further than the others wakes them", async () => {
  const { log, follow, seen } = await openWatched();
  await log.append(said);
  const first = follow();
  await expect.poll(() => seen[0]).toEqual([0]);
  await log.append(said, ended);
  await Promise.all([first, follow()]);
  expect(seen).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ]);
});

test("followers of a run that is erased are let go, and those of one that cannot be looked at are told", async () => {
  let isThere = true;
  const erased = await openWatched(() => isThere);
  await erased.log.append(said);
  const reading = erased.follow();
  await expect.poll(() => erased.seen[0]).toEqual([0]);
  await erased.look();
  isThere = false;
  for (let count = 0; count < 3; count += 1) await erased.look();
  void erased.look();
  await reading;
  await place?.close();

  const broken = await openWatched();
  await broken.log.append(said);
  const failing = broken.follow();
  await expect.poll(() => broken.seen[0]).toEqual([0]);
  await broken.own[Symbol.asyncDispose]();
  void broken.look();
  await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/^store\./) });
});
