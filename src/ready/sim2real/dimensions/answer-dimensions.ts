import { sayDuration } from "../say.ts";
import type { Dimension } from "./dimension.ts";

/** Where answers came from, and how it ended. */
export const ANSWER_DIMENSIONS: readonly Dimension[] = [
  {
    name: "answer source",
    group: "answers",
    kind: "categories",
    weight: 1,
    evidence: "run",
    read: ({ sources }) => sources,
  },
  {
    name: "outcome",
    group: "answers",
    kind: "categories",
    weight: 2,
    evidence: "cluster",
    read: ({ outcome, isEscalated }) =>
      outcome === undefined ? null : [isEscalated ? `${outcome}, handed over` : outcome],
  },
  {
    name: "run duration",
    group: "answers",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ isTimed, durationMs }) => (isTimed && durationMs !== undefined ? [durationMs] : null),
    say: sayDuration,
    unit: "",
  },
];
