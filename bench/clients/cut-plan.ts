import type { Random } from "../../src/kernel/index.ts";

/** Where a connection breaks. Bytes and events count from the connection's beginning, as the client gets them. */
export type PlannedCut =
  | { readonly kind: "before the request" }
  | { readonly kind: "before the first byte" }
  | { readonly kind: "after the headers" }
  | { readonly kind: "at a byte"; readonly bytes: number }
  | { readonly kind: "between events"; readonly events: number }
  | { readonly kind: "within an event"; readonly events: number; readonly bytes: number }
  /** Behind the first byte of a character of several. */
  | { readonly kind: "within a character"; readonly bytes: number }
  | { readonly kind: "at a time"; readonly afterMs: number };

export type CutKind = PlannedCut["kind"];

const WEIGHTS: readonly (readonly [CutKind, number])[] = [
  ["before the request", 1],
  ["before the first byte", 1],
  ["after the headers", 1],
  ["at a byte", 4],
  ["between events", 2],
  ["within an event", 3],
  ["within a character", 3],
  ["at a time", 2],
];

export interface CutPlanOptions {
  readonly random: Random;
  /** About as much as the whole run is in one answer. */
  readonly bytesMax: number;
  readonly eventsMax: number;
  readonly timeMsMax: number;
}

export function planCut(options: CutPlanOptions): PlannedCut {
  const { random, bytesMax, eventsMax, timeMsMax } = options;
  // Small numbers come more often, as a client is nearer to the end with every connection.
  const upTo = (max: number) => Math.floor(random() * random() * max);
  const kind = drawKind(random);
  switch (kind) {
    case "before the request":
    case "before the first byte":
    case "after the headers":
      return { kind };
    case "at a byte":
    case "within a character":
      return { kind, bytes: upTo(bytesMax) };
    case "between events":
      return { kind, events: 1 + upTo(eventsMax) };
    case "within an event":
      return { kind, events: 1 + upTo(eventsMax), bytes: 1 + Math.floor(random() * 150) };
    case "at a time":
      return { kind, afterMs: Math.floor(random() * timeMsMax) };
  }
}

function drawKind(random: Random): CutKind {
  let left = random() * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return kind;
  }
  return "at a byte";
}
