import { sayDuration, sayNumber } from "../say.ts";
import type { Dimension } from "./dimension.ts";

/** What the agent does with its tools, and what they do to it. */
export const TOOL_DIMENSIONS: readonly Dimension[] = [
  {
    name: "tools called",
    group: "tools",
    kind: "categories",
    weight: 2,
    evidence: "cluster",
    read: ({ calls }) => calls.map(({ tool }) => tool),
  },
  {
    name: "tool arguments",
    group: "tools",
    kind: "things",
    weight: 1,
    evidence: "cluster",
    read: ({ calls }) =>
      calls.length === 0
        ? null
        : new Set(calls.flatMap(({ tool, argumentTypes }) => argumentTypes.map((each) => `${tool} ${each}`))),
  },
  {
    name: "tool calls",
    group: "tools",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ calls, messageCount }) => (messageCount === 0 ? null : [calls.length]),
    say: sayNumber,
    unit: "calls",
  },
  {
    name: "tool result size",
    group: "tools",
    kind: "numbers",
    weight: 2,
    evidence: "cluster",
    read: ({ calls }) => calls.flatMap(({ resultText }) => (resultText === undefined ? [] : [resultText.length])),
    say: sayNumber,
    unit: "characters",
  },
  {
    name: "tool latency",
    group: "tools",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ calls, isTimed }) =>
      isTimed ? calls.flatMap(({ durationMs }) => (durationMs === undefined ? [] : [durationMs])) : null,
    say: sayDuration,
    unit: "",
  },
  {
    name: "tool errors",
    group: "tools",
    kind: "categories",
    weight: 3,
    evidence: "cluster",
    read: ({ calls }) => calls.map(({ end }) => end),
  },
  {
    name: "retries",
    group: "tools",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ calls }) => (calls.length === 0 ? null : [calls.filter(({ isRetry }) => isRetry).length]),
    say: sayNumber,
    unit: "retries",
  },
];
