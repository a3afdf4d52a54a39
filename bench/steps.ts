// What the journal costs per step: runs of 20 no-op tool calls on the real runtime, every event on the disk before it counts.
import { jsonSchema } from "ai";
import { type AgentContext, type AgentOptions, defineTool, toolDetails } from "../src/agent/index.ts";
import type { Runtime } from "../src/runtime/index.ts";
import { openPlace } from "../src/testing/open-place.ts";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import type { Figure } from "./figure.ts";

const STEPS_PER_RUN = 20;

/** A repeatable call is made while the log is written, and only its answer waits; any other waits before and after it. */
const KINDS = [
  { name: "repeatable", isIdempotent: true },
  { name: "once-only", isIdempotent: false },
] as const;

type Kind = (typeof KINDS)[number];

interface StepTimes {
  /** From accepting the runs to their durable ends, over all their steps. */
  readonly wholeMs: number;
  /** Between the first step of a run and its last, over its steps. */
  readonly insideMs: number;
}

export async function measureSteps({ isShort }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    const bench = await openStepBench(kind);
    try {
      await bench.perform({ runs: isShort ? 20 : 200, width: 20 });
      const alone = await best(isShort ? 2 : 10, () => bench.perform({ runs: 20, width: 1 }));
      const together = await best(isShort ? 1 : 5, () => bench.perform({ runs: isShort ? 200 : 1_000, width: 100 }));
      figures.push(...stepFigures(kind, { alone, together }));
    } finally {
      await bench.close();
    }
  }
  return figures;
}

/** The fastest round: what disturbs a measurement only ever makes it slower. */
async function best(rounds: number, perform: () => Promise<StepTimes>): Promise<StepTimes> {
  const times: StepTimes[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await perform());
  return times.reduce((fastest, time) => (time.wholeMs < fastest.wholeMs ? time : fastest));
}

function stepFigures({ name, isIdempotent }: Kind, at: { alone: StepTimes; together: StepTimes }): Figure[] {
  const { alone, together } = at;
  const of = "the time of a step alone";
  return [
    {
      what: `${name} steps, 1 run at a time: per step, whole run`,
      value: alone.wholeMs,
      unit: "ms",
    },
    {
      what: `${name} steps, 1 run at a time: per step, between steps`,
      value: alone.insideMs,
      unit: "ms",
      // What a step costs; accepting and ending a run, shared out over its steps, stands in the line above.
      ...(isIdempotent && { target: 0.3 }),
    },
    {
      what: `${name} steps, 100 runs at a time`,
      value: 1_000 / together.wholeMs,
      unit: "steps/s",
      ...(isIdempotent && { targetMin: 20_000 }),
      bound: { of, ratio: together.wholeMs / alone.wholeMs, ratioMax: 0.75 },
    },
    { what: `${name} steps, 100 runs at a time: per step, between steps`, value: together.insideMs, unit: "ms" },
  ];
}

async function openStepBench(kind: Kind) {
  const insideMs: number[] = [];
  const ends = new Map<string, () => void>();
  const place = openPlace();
  const { runtime } = await place.open([stepAgent(kind, insideMs)], {
    onStep: async (event, run) => {
      if (event === "run.ended" && run.outcome === "answered") ends.get(run.sessionId)?.();
    },
  });
  const perform = async ({ runs, width }: { runs: number; width: number }): Promise<StepTimes> => {
    const sessions = await openSessions(runtime, runs);
    insideMs.length = 0;
    const waiting = sessions.values();
    const startMs = performance.now();
    const work = async () => {
      for (const sessionId of waiting) await performRun(runtime, { sessionId, ends });
    };
    await Promise.all(Array.from({ length: width }, work));
    const wholeMs = (performance.now() - startMs) / (runs * STEPS_PER_RUN);
    return { wholeMs, insideMs: insideMs.reduce((sum, ms) => sum + ms, 0) / (runs * STEPS_PER_RUN) };
  };
  return { perform, close: () => place.close() };
}

async function openSessions(runtime: Runtime, count: number): Promise<string[]> {
  const opened = Array.from({ length: count }, () => runtime.createSession({ agent: "steps", ownerId: "bench" }));
  return (await Promise.all(opened)).map(({ id }) => id);
}

async function performRun(
  runtime: Runtime,
  { sessionId, ends }: { sessionId: string; ends: Map<string, () => void> },
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  ends.set(sessionId, ended.resolve);
  await runtime.startRun({ sessionId, message: "go", by: "bench" });
  await ended.promise;
  ends.delete(sessionId);
}

function stepAgent(kind: Kind, insideMs: number[]): AgentOptions {
  return {
    name: "steps",
    version: "1",
    run: async ({ context }) => {
      const startMs = performance.now();
      for (let index = 0; index < STEPS_PER_RUN; index += 1) await step(context, { kind, index });
      insideMs.push(performance.now() - startMs);
      return "done";
    },
  };
}

const TOOLS = Object.fromEntries(
  KINDS.map(({ name, isIdempotent }) => [
    name,
    defineTool({
      name: "nothing",
      description: "Does nothing.",
      input: jsonSchema<{ index: number }>({ type: "object" }),
      risk: isIdempotent ? "read" : "write",
      execute: ({ index }) => index,
    }),
  ]),
);

async function step(context: AgentContext, { kind, index }: { kind: Kind; index: number }): Promise<void> {
  const details = toolDetails(TOOLS[kind.name]);
  const answer = await context.boundary.tool({
    tool: "nothing",
    callId: `call-${index}`,
    arguments: { index },
    ...(details && { details }),
    execute: () => index,
  });
  if (answer !== index) throw new Error(`step ${index} answered ${String(answer)}`);
}

await runAsProgram(import.meta.url, measureSteps);
