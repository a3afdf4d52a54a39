import { formatMicroUsd, type RunEvent } from "../../domain/index.ts";
import type { RunFigures, Spread } from "./agent-history.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Scene } from "./scene.ts";

/** With fewer earlier runs nothing is said. */
export const HISTORY_RUNS_MIN = 20;
/** So far above the third quartile, in widths of the middle half: Tukey's "far out". */
const WIDTHS = 3;
const MEDIANS = 2;
/** So many times what is usual. */
const MEDIANS_MANY = 10;
const EVENTS_NAMED = 5;

interface Measure {
  readonly figure: keyof RunFigures;
  /** A smaller rise than this is never worth a word. */
  readonly riseMin: number;
  readonly say: (value: number) => string;
  readonly evidence: (scene: Scene) => readonly number[];
}

const LIMITS_OF_IT = `It compares with the same agent only and needs ${HISTORY_RUNS_MIN} earlier runs; a slow rise over many runs moves the middle along and is not seen.`;
const RULE = `more than ${WIDTHS} widths of the middle half above the third quartile of earlier runs, and more than ${MEDIANS} times their median`;

function spike(name: string, what: string, cannotSee: string, measure: Measure): Detector {
  return {
    name,
    summary: `${what}: ${RULE}.`,
    severity: "medium",
    cannotSee: `${cannotSee} ${LIMITS_OF_IT}`,
    find: (scene) => spikeIn(scene, measure),
  };
}

function spikeIn(scene: Scene, measure: Measure): Sighting[] {
  const spread = scene.run.history?.[measure.figure];
  if (!spread || spread.count < HISTORY_RUNS_MIN) return [];
  const value = scene.figures[measure.figure];
  if (value === null || value <= limitOf(spread, measure.riseMin)) return [];
  return [
    {
      severity: spread.median > 0 && value > spread.median * MEDIANS_MANY ? "medium" : "low",
      explanation: `It took ${measure.say(value)}; the middle of ${spread.count} earlier runs is ${measure.say(spread.median)}, three quarters took at most ${measure.say(spread.quartile3)}.`,
      evidence: measure.evidence(scene),
    },
  ];
}

/** What a run may take before it stands out. */
export function limitOf({ quartile1, median, quartile3 }: Spread, riseMin: number): number {
  return Math.max(quartile3 + WIDTHS * (quartile3 - quartile1), MEDIANS * median, median + riseMin);
}

export const costSpike = spike("cost-spike", "Costs far more than the agent's runs do", "Runs whose cost is unknown.", {
  figure: "costMicroUsd",
  riseMin: 1_000,
  say: (value) => formatMicroUsd(Math.round(value)),
  evidence: ({ events }) => most(events.filter(isModelAnswer), (event) => event.costMicroUsd ?? 0),
});

export const latencySpike = spike(
  "latency-spike",
  "Takes far longer than the agent's runs do",
  "Why: only which calls took longest.",
  {
    figure: "durationMs",
    riseMin: 1_000,
    say: (value) => `${(value / 1_000).toFixed(1)} s`,
    evidence: ({ events }) => most(events.filter(isReturn), (event) => event.durationMs),
  },
);

export const stepSpike = spike(
  "step-spike",
  "Needs far more model and tool calls than the agent's runs do",
  "Whether the task needed them.",
  {
    figure: "stepCount",
    riseMin: 3,
    say: (value) => `${Math.round(value)} steps`,
    evidence: ({ events }) => {
      const calls = events.filter(({ type }) => type === "model.called" || type === "tool.called");
      return calls.slice(-EVENTS_NAMED).map(({ seq }) => seq);
    },
  },
);

export const contextSpike = spike(
  "context-spike",
  "Puts far more input tokens into each model call than the agent's runs do",
  "A single large prompt among many small ones: it is the average over a run's model calls.",
  {
    figure: "contextTokens",
    riseMin: 1_000,
    say: (value) => `${Math.round(value)} input tokens a model call`,
    evidence: ({ events }) => most(events.filter(isModelAnswer), (event) => event.usage?.inputTokens ?? 0),
  },
);

function isModelAnswer(event: RunEvent): event is RunEvent<"model.returned"> {
  return event.type === "model.returned";
}

function isReturn(event: RunEvent): event is RunEvent<"model.returned" | "tool.returned" | "http.returned"> {
  return event.type === "model.returned" || event.type === "tool.returned" || event.type === "http.returned";
}

/** The events that took most. */
function most<Event extends RunEvent>(events: readonly Event[], amount: (event: Event) => number): number[] {
  return events
    .toSorted((left, right) => amount(right) - amount(left))
    .slice(0, EVENTS_NAMED)
    .map(({ seq }) => seq);
}
