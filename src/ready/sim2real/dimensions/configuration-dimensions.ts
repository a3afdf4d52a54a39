import type { Dimension } from "./dimension.ts";

/** What the agent is: chosen by whoever runs it, not by the world. */
export const CONFIGURATION_DIMENSIONS: readonly Dimension[] = [
  {
    name: "model",
    group: "configuration",
    kind: "categories",
    weight: 3,
    evidence: "run",
    read: ({ models }) => models,
  },
  {
    name: "model settings",
    group: "configuration",
    kind: "things",
    weight: 1,
    evidence: "run",
    read: ({ settings }) => settings ?? null,
  },
  {
    name: "system prompt",
    group: "configuration",
    kind: "things",
    weight: 3,
    evidence: "run",
    read: ({ systemText }, { shinglesOf }) => (systemText === undefined ? null : shinglesOf(systemText)),
  },
  {
    name: "tools offered",
    group: "configuration",
    kind: "things",
    weight: 2,
    evidence: "run",
    read: ({ offeredTools }) => offeredTools ?? null,
  },
  {
    name: "tool declarations",
    group: "configuration",
    kind: "things",
    weight: 1,
    evidence: "run",
    read: ({ declarations }) => declarations ?? null,
  },
];
