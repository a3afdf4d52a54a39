import { afterEach, describe, expect, test, vi } from "vitest";
import type { AgentVersion, RunRecord } from "../domain/index.ts";
import { type Id, LIMITS } from "../kernel/index.ts";
import type { Dispatcher, OpenDispatcher, PerformRun } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import { makeId } from "./sample-records.ts";
import { type Stint, tinyPerformer, type TinyWork } from "./tiny-performer.ts";

export interface DispatchConformance {
  /** A dispatcher of one worker. All of one suite share what is behind them. */
  readonly openDispatcher: (worker: {
    readonly store: Store;
    readonly workerId: string;
    readonly offers: readonly AgentVersion[];
  }) => OpenDispatcher;
  /** An empty store. */
  readonly openStore: () => Promise<Store>;
}

/** What every dispatcher must do, whatever delivers its messages. */
export function describeDispatchConformance(name: string, { openDispatcher, openStore }: DispatchConformance): void {
  describe(`${name} keeps the contract`, () => {
    const opened: AsyncDisposable[] = [];
    const openWorkshop = async () => {
      const store = await openStore();
      const workshop = new Workshop(store, openDispatcher);
      opened.push(store, workshop);
      return workshop;
    };
    afterEach(async () => {
      for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
    });
    describePerforming(openWorkshop);
    describeWaiting(openWorkshop);
    describeSessions(openWorkshop);
    describeLeaving(openWorkshop);
  });
}

type OpenWorkshop = () => Promise<Workshop>;
type Work = (work: TinyWork) => Promise<Stint>;

/** Long enough for a loaded machine; nothing waits that long unless it is broken. */
const PATIENCE = { timeout: 30_000, interval: 10 };
const END: Stint = { kind: "end" };

const oneStep: Work = async ({ step }) => {
  await step();
  return END;
};

function describePerforming(open: OpenWorkshop): void {
  test("each run that is dispatched is performed, and all of them once", async () => {
    const shop = await open();
    const { dispatcher } = await shop.openWorker(oneStep);
    const runs = await shop.accept({ sessions: 20 });
    await Promise.all(runs.map((run) => dispatcher.dispatch(run)));
    await shop.allEnded(runs);
    for (const run of runs) expect(await shop.story(run)).toEqual(["run.started", "clock.read", "run.ended"]);
    await vi.waitFor(() => expect(dispatcher.activeCount).toBe(0), PATIENCE);
  });

  test("a run that is dispatched several times is performed once", async () => {
    const shop = await open();
    const { dispatcher } = await shop.openWorker(oneStep);
    const runs = await shop.accept({ sessions: 5 });
    await Promise.all([...runs, ...runs, ...runs].map((run) => dispatcher.dispatch(run)));
    await shop.allEnded(runs);
    for (const run of runs) await dispatcher.dispatch(run);
    const later = await shop.accept({ sessions: 1 });
    for (const run of later) await dispatcher.dispatch(run);
    await shop.allEnded(later);
    await vi.waitFor(() => expect(dispatcher.activeCount).toBe(0), PATIENCE);
    for (const run of runs) expect(await shop.story(run)).toEqual(["run.started", "clock.read", "run.ended"]);
  });

  test("a run on which something of ours failed is tried again", async () => {
    const shop = await open();
    let failures = 0;
    const { dispatcher } = await shop.openWorker(oneStep, (perform) => async (...call) => {
      if (failures === 2) return perform(...call);
      failures += 1;
      return { kind: "failed", error: new Error("the disk was away for a moment") };
    });
    const [run] = await shop.accept({ sessions: 1 });
    await dispatcher.dispatch(run);
    await shop.allEnded([run]);
    expect(failures).toBe(2);
  });

  test("a run that failed half-way goes on behind its last step", async () => {
    const shop = await open();
    const { dispatcher } = await shop.openWorker(async ({ step, stepsBefore }) => {
      await step();
      if (stepsBefore < 2) throw new Error("the disk was away for a moment");
      return END;
    });
    const [run] = await shop.accept({ sessions: 1 });
    await dispatcher.dispatch(run);
    await shop.allEnded([run]);
    const goes = ["run.started", "clock.read", "run.resumed", "clock.read", "run.resumed", "clock.read", "run.ended"];
    expect(await shop.story(run)).toEqual(goes);
  });
}

function describeWaiting(open: OpenWorkshop): void {
  test("a run that another process put down until a time is performed then, and not before", async () => {
    const shop = await open();
    let atMs = 0;
    const { dispatcher } = await shop.openWorker(async () => {
      atMs = Date.now();
      return END;
    });
    const [run] = await shop.accept({ sessions: 1 });
    const wakeAtMs = Date.now() + 300;
    await shop.putDown(run, wakeAtMs);
    await dispatcher.dispatch(run, wakeAtMs);
    await shop.allEnded([run]);
    expect(atMs).toBeGreaterThanOrEqual(wakeAtMs);
    expect((await shop.record(run)).attempt).toBe(2);
  });

  test("a run that is put down until a time comes back by itself, and not before", async () => {
    const shop = await open();
    let wakeAtMs = 0;
    let wokeAtMs = 0;
    const { dispatcher } = await shop.openWorker(async ({ step, stepsBefore }) => {
      if (stepsBefore > 0) {
        wokeAtMs = Date.now();
        return END;
      }
      await step();
      wakeAtMs = Date.now() + 300;
      return { kind: "pause", wakeAtMs };
    });
    const [run] = await shop.accept({ sessions: 1 });
    await dispatcher.dispatch(run);
    await shop.allEnded([run]);
    expect(wokeAtMs).toBeGreaterThanOrEqual(wakeAtMs);
    expect((await shop.record(run)).attempt).toBe(2);
  });

  test("a run that waits for a person is left alone until it is dispatched again", async () => {
    const shop = await open();
    const { dispatcher } = await shop.openWorker(async ({ step, stepsBefore }) => {
      await step();
      return stepsBefore === 0 ? { kind: "pause", wakeAtMs: null } : END;
    });
    const [run] = await shop.accept({ sessions: 1 });
    await dispatcher.dispatch(run);
    await vi.waitFor(async () => expect((await shop.record(run)).status).toBe("paused"), PATIENCE);
    await dispatcher.dispatch(run);
    await vi.waitFor(() => expect(dispatcher.activeCount).toBe(0), PATIENCE);
    expect(await shop.record(run)).toMatchObject({ status: "paused", attempt: 1 });
    await shop.decide(run);
    await dispatcher.dispatch(run);
    await shop.allEnded([run]);
  });
}

function describeSessions(open: OpenWorkshop): void {
  test("the next run of the session follows by itself", async () => {
    const shop = await open();
    const { dispatcher } = await shop.openWorker(oneStep);
    const runs = await shop.accept({ sessions: 1, each: 4 });
    await dispatcher.dispatch(runs[0]);
    await shop.allEnded(runs);
    expect(shop.order).toEqual(runs.map(({ id }) => id));
  });

  test("runs of one session are performed one at a time and in order, however they are dispatched", async () => {
    const shop = await open();
    let active = 0;
    let mostActive = 0;
    const { dispatcher } = await shop.openWorker(async ({ step }) => {
      active += 1;
      mostActive = Math.max(mostActive, active);
      for (let count = 0; count < 3; count += 1) await step();
      active -= 1;
      return END;
    });
    const runs = await shop.accept({ sessions: 1, each: 8 });
    for (const run of runs.toReversed()) await dispatcher.dispatch(run);
    await shop.allEnded(runs);
    expect(shop.order).toEqual(runs.map(({ id }) => id));
    expect(mostActive).toBe(1);
  });

  test("runs of different sessions are performed at the same time", async () => {
    const shop = await open();
    const count = 30;
    const allThere = Promise.withResolvers<void>();
    let active = 0;
    const { dispatcher } = await shop.openWorker(async () => {
      active += 1;
      if (active === count) allThere.resolve();
      await allThere.promise;
      return END;
    });
    const runs = await shop.accept({ sessions: count });
    await Promise.all(runs.map((run) => dispatcher.dispatch(run)));
    await shop.allEnded(runs);
    expect(active).toBe(count);
  });
}

function describeLeaving(open: OpenWorkshop): void {
  test("draining waits for what is at work and takes nothing new", async () => {
    const shop = await open();
    const mayEnd = Promise.withResolvers<void>();
    const worker = await shop.openWorker(async () => {
      await mayEnd.promise;
      return END;
    });
    const [atWork, tooLate] = await shop.accept({ sessions: 2 });
    await worker.dispatcher.dispatch(atWork);
    await vi.waitFor(() => expect(worker.dispatcher.activeCount).toBe(1), PATIENCE);
    const drained = worker.dispatcher.drain(60_000);
    await worker.dispatcher.dispatch(tooLate).catch(() => {});
    mayEnd.resolve();
    expect(await drained).toBe(0);
    expect(await shop.record(atWork)).toMatchObject({ status: "ended", attempt: 1 });
    await worker.dispatcher.close();
    expect(await shop.record(tooLate)).toMatchObject({ status: "queued", attempt: 0 });
    expect(worker.taken).toEqual([atWork.id]);
  });

  test("draining lets go after its limit, and another worker goes on", async () => {
    const shop = await open();
    const first = await shop.openWorker(async ({ step }) => {
      await step();
      return new Promise<never>(() => {});
    });
    const [run] = await shop.accept({ sessions: 1 });
    await first.dispatcher.dispatch(run);
    await vi.waitFor(async () => expect(await shop.story(run)).toEqual(["run.started", "clock.read"]), PATIENCE);
    expect(await first.dispatcher.drain(20)).toBe(1);
    await first.dispatcher.close();
    const second = await shop.openWorker(oneStep);
    await second.dispatcher.dispatch(run);
    await shop.allEnded([run]);
    expect(await shop.story(run)).toEqual(["run.started", "clock.read", "run.resumed", "clock.read", "run.ended"]);
  });

  test("after it is closed nothing more is performed, and closing twice is fine", async () => {
    const shop = await open();
    const first = await shop.openWorker(oneStep);
    const [run] = await shop.accept({ sessions: 1 });
    const wakeAtMs = Date.now() + 200;
    await shop.putDown(run, wakeAtMs);
    await first.dispatcher.dispatch(run, wakeAtMs);
    await first.dispatcher.close();
    await first.dispatcher.close();
    const [other] = await shop.accept({ sessions: 1 });
    await first.dispatcher.dispatch(other).catch(() => {});
    const second = await shop.openWorker(oneStep);
    for (const each of [run, other]) await second.dispatcher.dispatch(each);
    await shop.allEnded([run, other]);
    expect(first.taken).toEqual([]);
    expect(first.dispatcher.activeCount).toBe(0);
  });
}

interface ShopWorker {
  readonly dispatcher: Dispatcher;
  /** Every run it took, as often as it took it. */
  readonly taken: readonly string[];
}

/** A store with sessions of one agent, and workers for it. */
class Workshop implements AsyncDisposable {
  /** Of each go at a run that ended it, by the end of the go. */
  readonly order: string[] = [];
  readonly #store: Store;
  readonly #openDispatcher: DispatchConformance["openDispatcher"];
  readonly #offer: AgentVersion = { agent: `agent-${makeId()}`, version: "1" };
  readonly #dispatchers: Dispatcher[] = [];

  constructor(store: Store, openDispatcher: DispatchConformance["openDispatcher"]) {
    this.#store = store;
    this.#openDispatcher = openDispatcher;
  }

  async openWorker(work: Work, wrap: (perform: PerformRun) => PerformRun = (perform) => perform): Promise<ShopWorker> {
    const taken: string[] = [];
    const workerId = makeId();
    const perform = tinyPerformer({
      store: this.#store,
      workerId,
      work: async (each) => {
        taken.push(each.run.id);
        const stint = await work(each);
        if (stint.kind === "end") this.order.push(each.run.id);
        return stint;
      },
    });
    const worker = { store: this.#store, workerId, offers: [this.#offer] };
    const dispatcher = await this.#openDispatcher(worker)(wrap(perform));
    this.#dispatchers.push(dispatcher);
    return { dispatcher, taken };
  }

  /** Accepts runs: `each` of every new session, session by session. */
  async accept({ sessions, each = 1 }: { sessions: number; each?: number }): Promise<AtLeastTwo<RunRecord>> {
    const runs: RunRecord[] = [];
    for (let count = 0; count < sessions; count += 1) {
      const sessionId = makeId<"session">();
      const owned = { agent: this.#offer.agent, ownerId: "user", metadata: {}, createdAtMs: Date.now() };
      await this.#store.createSession({ ...owned, id: sessionId, state: {}, closedAtMs: null });
      for (let index = 0; index < each; index += 1) {
        const input = { message: `message ${index}` };
        const asked = { ...owned, ...this.#offer, id: makeId<"run">(), sessionId, input, idempotencyKey: null };
        runs.push((await this.#store.createRun(asked)).run);
      }
    }
    return runs as unknown as AtLeastTwo<RunRecord>;
  }

  /** Taken and put down by a process that is gone. */
  async putDown({ id }: { readonly id: Id<"run"> }, wakeAtMs: number): Promise<void> {
    const workerId = makeId();
    await this.#store.claimRun({ id, workerId, from: ["queued"], atMs: Date.now() });
    await this.#store.append(
      id,
      [{ type: "clock.read", effect: 0, valueMs: 0, atMs: Date.now(), witness: "runtime" }],
      0,
    );
    expect(await this.#store.pauseRun({ id, workerId, on: "sleep", wakeAtMs, seenPosition: 0 })).toBe(true);
  }

  async record({ id }: { readonly id: Id<"run"> }): Promise<RunRecord> {
    const run = await this.#store.findRun(id);
    if (run === undefined) throw new Error(`run ${id} is gone`);
    return run;
  }

  async story({ id }: { readonly id: Id<"run"> }): Promise<string[]> {
    return (await this.#store.read(id, { limit: LIMITS.pageRowsMax })).map(({ type }) => type);
  }

  async allEnded(runs: readonly RunRecord[]): Promise<void> {
    await vi.waitFor(async () => {
      const records = await Promise.all(runs.map((run) => this.record(run)));
      expect(records.filter(({ status }) => status !== "ended").map(({ id, status }) => `${id} ${status}`)).toEqual([]);
    }, PATIENCE);
  }

  /** What it waits for has come. */
  async decide({ id }: { readonly id: Id<"run"> }): Promise<void> {
    const body = { kind: "approval" as const, effect: 0, decision: "approved" as const };
    await this.#store.addSignal({ id: makeId(), runId: id, atMs: Date.now(), by: "ann", body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.close()));
  }
}

/** Tests know how many they asked for. */
type AtLeastTwo<Item> = readonly [Item, Item, ...Item[]];
