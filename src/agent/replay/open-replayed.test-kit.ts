import type { NewEvent, RecordedStep, RecordedTake, ToolReplay } from "../../domain/index.ts";
import { openFaultPlan } from "../../fault/index.ts";
import { parseFaults } from "../../fault/spec/index.ts";
import { type AegisError, type Json, seededRandom, systemClock } from "../../kernel/index.ts";
import { Boundary } from "../boundary.ts";
import { boundaryFaults } from "../faults/boundary-faults.ts";
import { openToolReplay } from "./tool-replay.ts";

export const call = (tool: string, given: Json, result: Json): RecordedStep => ({
  tool,
  callId: `${tool}-${JSON.stringify(result)}`,
  arguments: given,
  result,
  durationMs: 40,
});

export function takeOf(name: string, steps: readonly RecordedStep[]): RecordedTake {
  return { name, agent: { name: "a", version: "1" }, ended: { outcome: "answered" }, turns: [{ user: "hi", steps }] };
}

/** A boundary whose tools are answered from these runs; the real tool counts how often it is asked. */
export function openReplayed(takes: readonly RecordedTake[], given: Partial<ToolReplay> & { faults?: Json } = {}) {
  const { faults, ...options } = given;
  const log: NewEvent[] = [];
  const missed: AegisError[] = [];
  const replay = openToolReplay({
    replay: { onMiss: "fail", pace: "none", tools: [], takes, ...options },
    onMiss: (error) => missed.push(error),
  });
  const boundary = new Boundary({
    append: (event) => void log.push(event),
    clock: systemClock,
    random: seededRandom(1),
    runId: "run",
    costOf: () => null,
    approve: async () => ({ decision: "approved", by: "ana" }),
    replay,
    ...(faults !== undefined && {
      faults: boundaryFaults(openFaultPlan({ faults: parseFaults(faults, "test"), seed: 3 })),
    }),
  });
  let liveCount = 0;
  const ask = (tool: string, asked: Json) =>
    boundary.tool({ tool, callId: "c", arguments: asked, execute: async () => ((liveCount += 1), "live") });
  return { ask, boundary, log, missed, replay, liveCount: () => liveCount };
}

export const ORDERS = takeOf("failure", [
  call("orders.get", { id: "W1", full: true }, "open"),
  call("orders.cancel", { id: "W1" }, "done"),
  call("orders.get", { full: true, id: "W1" }, "cancelled"),
  call("orders.get", { id: "W2" }, "open"),
]);
