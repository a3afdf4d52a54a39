import { editDistance } from "./edit-distance.ts";
import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

export type BehaviourDimension =
  | "tool mix"
  | "tool order"
  | "arguments"
  | "steps"
  | "retries"
  | "tool errors"
  | "escalations"
  | "cost"
  | "verdicts";

type Distance = (left: TrialBehaviour, right: TrialBehaviour) => number;

/** Latency is left out on purpose: it says more about the machine than about the agent, and has its own test. */
const DIMENSIONS: Readonly<Record<BehaviourDimension, Distance>> = {
  "tool mix": toolMixDistance,
  "tool order": (left, right) =>
    left.sequenceKey === right.sequenceKey ? 0 : editDistance(left.sequence, right.sequence),
  arguments: argumentsDistance,
  steps: (left, right) => Math.abs(left.stepCount - right.stepCount),
  retries: (left, right) => Math.abs(left.retryCount - right.retryCount),
  "tool errors": (left, right) => Math.abs(left.toolErrorCount - right.toolErrorCount),
  escalations: (left, right) => Math.abs(left.escalationCount - right.escalationCount),
  cost: (left, right) => Math.abs((left.costMicroUsd ?? 0) - (right.costMicroUsd ?? 0)),
  verdicts: verdictDistance,
};

export interface DimensionDistances {
  /** Symmetric, trials of A first: the mean of the dimensions, each divided by its largest distance. In [0, 1]. */
  readonly combined: readonly (readonly number[])[];
  /** The dimension that sets the sides apart most; null when all trials are alike. */
  readonly strongest: BehaviourDimension | null;
}

/** How far apart the trials of one case lie from each other, over everything they did. */
export function dimensionDistances({ a, b }: BehaviourPair): DimensionDistances {
  const trials = [...a, ...b];
  const size = trials.length;
  const isCostKnown = trials.every(({ costMicroUsd }) => costMicroUsd !== null);
  // One flat table for all dimensions: there may be thousands of cases.
  const table = new Float64Array(size * size);
  const sums = new Float64Array(size * size);
  let strongest: { dimension: BehaviourDimension; separation: number } | null = null;
  let varying = 0;
  for (const dimension of Object.keys(DIMENSIONS) as BehaviourDimension[]) {
    if (dimension === "cost" && !isCostKnown) continue;
    const largest = fillTable(table, trials, DIMENSIONS[dimension]);
    if (largest === 0) continue;
    varying += 1;
    for (let index = 0; index < sums.length; index += 1) sums[index]! += table[index]! / largest;
    const separation = separationOf(table, a.length, size);
    if (!strongest || separation > strongest.separation) strongest = { dimension, separation };
  }
  const share = 1 / Math.max(1, varying);
  const combined = trials.map((_, row) =>
    Array.from(sums.subarray(row * size, (row + 1) * size), (sum) => sum * share),
  );
  return { combined, strongest: strongest?.dimension ?? null };
}

/** @returns the largest distance */
function fillTable(table: Float64Array, trials: readonly TrialBehaviour[], distance: Distance): number {
  let largest = 0;
  for (let row = 1; row < trials.length; row += 1) {
    for (let column = 0; column < row; column += 1) {
      const value = distance(trials[row]!, trials[column]!);
      table[row * trials.length + column] = value;
      table[column * trials.length + row] = value;
      if (value > largest) largest = value;
    }
  }
  return largest;
}

/** Energy distance as a share of the distance between the sides: 0 alike, 1 each side constant. */
function separationOf(table: Float64Array, countA: number, size: number): number {
  let [withinA, withinB, between] = [0, 0, 0];
  for (let row = 1; row < size; row += 1) {
    for (let column = 0; column < row; column += 1) {
      const distance = table[row * size + column]!;
      if (row < countA) withinA += distance;
      else if (column < countA) between += distance;
      else withinB += distance;
    }
  }
  if (between === 0) return 0;
  const countB = size - countA;
  // Each pair within a side stands twice in its table.
  const within = (2 * withinA) / countA ** 2 + (2 * withinB) / countB ** 2;
  return 1 - (within * countA * countB) / (2 * between);
}

function toolMixDistance(left: TrialBehaviour, right: TrialBehaviour): number {
  if (left.sequenceKey === right.sequenceKey) return 0;
  let distance = 0;
  for (const [tool, calls] of left.argumentsByTool) {
    distance += Math.abs(calls.length - (right.argumentsByTool.get(tool)?.length ?? 0));
  }
  for (const [tool, calls] of right.argumentsByTool) if (!left.argumentsByTool.has(tool)) distance += calls.length;
  return distance;
}

/** Mean over the tools both called of the share of calls whose arguments the other does not have. */
function argumentsDistance(left: TrialBehaviour, right: TrialBehaviour): number {
  if (left.callsKey === right.callsKey) return 0;
  let sum = 0;
  let shared = 0;
  for (const [tool, calls] of left.argumentsByTool) {
    const others = right.argumentsByTool.get(tool);
    if (!others) continue;
    shared += 1;
    const common = countCommon(calls, others);
    sum += 1 - common / (calls.length + others.length - common);
  }
  return shared === 0 ? 0 : sum / shared;
}

/** Both sorted. */
function countCommon(left: readonly string[], right: readonly string[]): number {
  let common = 0;
  let leftIndex = 0;
  let rightIndex = 0;
  while (leftIndex < left.length && rightIndex < right.length) {
    const [one, other] = [left[leftIndex]!, right[rightIndex]!];
    if (one === other) common += 1;
    if (one <= other) leftIndex += 1;
    if (other <= one) rightIndex += 1;
  }
  return common;
}

/** Share of the verdicts both trials have that differ. */
function verdictDistance(left: TrialBehaviour, right: TrialBehaviour): number {
  if (left.verdictsKey === right.verdictsKey) return 0;
  let shared = 0;
  let different = 0;
  for (const [name, outcome] of left.verdicts) {
    const other = right.verdicts.get(name);
    if (other === undefined) continue;
    shared += 1;
    if (other !== outcome) different += 1;
  }
  return shared === 0 ? 0 : different / shared;
}
