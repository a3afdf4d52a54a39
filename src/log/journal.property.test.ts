import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../domain/index.ts";
import { equalJson, fixedClock, type Id, idMaker, type Random, seededRandom, systemClock } from "../kernel/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import { type Journal, openJournal } from "./journal.ts";
import { readRun } from "./read-run.ts";
import { type LogEntry, openRunLog, type RunLog } from "./run-log.ts";

const store = await openSqliteStore({ path: ":memory:" });
afterAll(() => store[Symbol.asyncDispose]());
const witness = "runtime";
const makeId = idMaker(systemClock, Math.random);

/** A program of effects; branches run at the same time and each goes on by itself. */
type Step = { readonly effect: "tool" | "clock" | "random" } | { readonly together: readonly Program[] };
type Program = readonly Step[];

const { program: branching } = fc.letrec<{ program: Program; step: Step }>((tie) => ({
  program: fc.array(tie("step"), { minLength: 1, maxLength: 3 }),
  step: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    {
      weight: 3,
      arbitrary: fc.record({ effect: fc.constantFrom("tool" as const, "clock" as const, "random" as const) }),
    },
    { weight: 1, arbitrary: fc.record({ together: fc.array(tie("program"), { minLength: 2, maxLength: 3 }) }) },
  ),
}));

/** Branches of one call each: all are called before any returns, so the order of calling is known. */
const batched: fc.Arbitrary<Program> = fc.array(
  fc.oneof(
    fc.constantFrom<Step>({ effect: "tool" }, { effect: "clock" }, { effect: "random" }),
    fc.integer({ min: 2, max: 4 }).map((count): Step => ({ together: Array(count).fill([{ effect: "tool" }]) })),
  ),
  { minLength: 1, maxLength: 4 },
);

interface Outcome {
  readonly log: readonly RunEvent[];
  /** What the code saw, by place in the program. */
  readonly observed: ReadonlyMap<string, unknown>;
  /** Tool calls that really happened, by place in the program. */
  readonly executed: readonly string[];
  readonly unasked: readonly number[];
}

/** Calls as a boundary would make them, on top of what is left of a log. */
class TestBoundary {
  readonly runId: Id<"run"> = makeId();
  readonly executed: string[] = [];
  readonly journal: Journal;
  readonly log: RunLog;
  readonly #random: Random;

  constructor(history: readonly RunEvent[], random: Random) {
    this.journal = openJournal(history, { stallMs: 2_000 });
    this.log = openRunLog({ store, runId: this.runId, clock: fixedClock(0), history });
    this.#random = random;
  }

  async callTool(place: string): Promise<unknown> {
    const effect = this.journal.nextEffect();
    const call = { type: "tool.called", effect, callId: `call-${place}`, tool: "act", arguments: { place } } as const;
    const answer = this.journal.answer(call);
    if (answer.kind === "returned") {
      await this.journal.turn(answer.event);
      return answer.event.result;
    }
    const attempt = answer.kind === "in-doubt" ? answer.event.attempt + 1 : 1;
    await this.log.append({ ...call, attempt, witness });
    for (let turns = Math.floor(this.#random() * 6); turns > 0; turns -= 1) await new Promise(setImmediate);
    this.executed.push(place);
    const { callId, tool } = call;
    const result = `result of ${place}`;
    await this.#record({ type: "tool.returned", effect, callId, tool, durationMs: 0, result, witness });
    return result;
  }

  async readClock(): Promise<number> {
    const effect = this.journal.nextEffect();
    const answer = this.journal.answer({ type: "clock.read", effect });
    if (answer.kind === "returned") await this.journal.turn(answer.event);
    if (answer.kind === "returned") return answer.event.valueMs;
    const valueMs = this.#random();
    await this.#record({ type: "clock.read", effect, valueMs, witness });
    return valueMs;
  }

  async draw(): Promise<number> {
    const effect = this.journal.nextEffect();
    const answer = this.journal.answer({ type: "random.drawn", effect });
    if (answer.kind === "returned") await this.journal.turn(answer.event);
    if (answer.kind === "returned") return answer.event.value;
    const value = this.#random();
    await this.#record({ type: "random.drawn", effect, value, witness });
    return value;
  }

  async #record(entry: LogEntry): Promise<void> {
    for (const event of await this.log.append(entry)) await this.journal.turn(event);
  }
}

async function run(program: Program, history: readonly RunEvent[], seed: number): Promise<Outcome> {
  const boundary = new TestBoundary(history, seededRandom(seed));
  if (history.length > 0) await store.append(boundary.runId, history, 0);
  const observed = new Map<string, unknown>();

  async function perform(steps: Program, path: string): Promise<void> {
    for (const [index, step] of steps.entries()) {
      const place = `${path}/${index}`;
      if ("together" in step) await Promise.all(step.together.map((branch, at) => perform(branch, `${place}.${at}`)));
      else if (step.effect === "tool") observed.set(place, await boundary.callTool(place));
      else observed.set(place, await (step.effect === "clock" ? boundary.readClock() : boundary.draw()));
    }
  }

  await perform(program, "");
  await boundary.log.close();
  const { executed, journal } = boundary;
  return { log: await readRun(store, boundary.runId), observed, executed, unasked: journal.unaskedEffects() };
}

/** What a run must keep to, resumed or not; empty when all is well. */
function violations({ log, observed, executed, unasked }: Outcome, history: readonly RunEvent[]): string[] {
  const answers = log.filter(({ type }) => ["tool.returned", "clock.read", "random.drawn"].includes(type));
  const answeredEffects = new Set(answers.map((event) => "effect" in event && event.effect));
  const answeredBefore = new Set(history.map((event) => (event.type === "tool.returned" ? event.callId : "")));
  const claims = {
    "the old log is the beginning of the new": equalJson(log.slice(0, history.length) as never, history as never),
    "each effect is answered once": answers.length === answeredEffects.size && answers.length === observed.size,
    "every recorded effect was asked for": unasked.length === 0,
    "what was answered is not done again": executed.every((place) => !answeredBefore.has(`call-${place}`)),
    "nothing is done twice": new Set(executed).size === executed.length,
    "each call sees its own result": [...observed].every(
      ([place, value]) => typeof value === "number" || value === `result of ${place}`,
    ),
  };
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]));
}

/** The log without the second calls of effects that were in doubt, and without its numbering. */
function essence(log: readonly RunEvent[]): unknown[] {
  return log
    .filter((event) => !("attempt" in event && event.attempt > 1))
    .map((event) =>
      "value" in event || "valueMs" in event ? { ...event, seq: 0, value: 0, valueMs: 0 } : { ...event, seq: 0 },
    )
    .sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
}

test("a run of single calls and batches, crashed at every event and resumed, ends in the log of an uncrashed run", async () => {
  await fc.assert(
    fc.asyncProperty(batched, fc.integer(), async (program, seed) => {
      const whole = await run(program, [], seed);
      expect(violations(whole, [])).toEqual([]);
      for (let crash = 0; crash <= whole.log.length; crash += 1) {
        const history = whole.log.slice(0, crash);
        const resumed = await run(program, history, seed + crash + 1);
        expect(violations(resumed, history)).toEqual([]);
        expect(essence(resumed.log)).toEqual(essence(whole.log));
      }
    }),
    { numRuns: 40 },
  );
});

test("branches that go on by themselves are resumed right, also after a second crash, whatever overtook what", async () => {
  await fc.assert(
    fc.asyncProperty(branching, fc.integer(), fc.nat({ max: 100 }), async (program, seed, percent) => {
      const whole = await run(program, [], seed);
      for (let crash = 0; crash <= whole.log.length; crash += 1) {
        const history = whole.log.slice(0, crash);
        const resumed = await run(program, history, seed + crash + 1);
        expect(violations(resumed, history)).toEqual([]);
        const longer = resumed.log.slice(0, crash + Math.round((percent / 100) * (resumed.log.length - crash)));
        expect(violations(await run(program, longer, seed + crash + 2), longer)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
