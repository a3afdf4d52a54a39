import { type Random, seededRandom, seedFromText } from "../../../kernel/index.ts";
import { discreteBenjaminiHochberg, type Interval, minPermutationP, quantile } from "../../../stats/index.ts";
import type { Dimension, ReadContext } from "../dimensions/dimension.ts";
import type { DimensionGap } from "../gap-report.ts";
import { bootstrapDistances, centred } from "./bootstrap-distances.ts";
import { againstChance, type ChanceResult } from "./chance.ts";
import { describeDifference } from "./describe-difference.ts";
import { type DimensionSample, type RunSides, sampleDimension } from "./dimension-sample.ts";

export interface MeasureOptions {
  readonly dimensions: readonly Dimension[];
  readonly context: ReadContext;
  readonly seed: number;
  /** Of the bootstrap; twice as many for chance. */
  readonly draws: number;
  /** Share of false findings over the dimensions. */
  readonly level: number;
}

/** A measured dimension, and its distance in each draw of the bootstrap. */
export interface MeasuredDimension {
  readonly gap: DimensionGap;
  readonly excessDraws: readonly (number | null)[];
}

/** Fewer units of evidence on a side say nothing of how it varies. */
const UNITS_MIN = 4;

export function measureDimensions(sides: RunSides, options: MeasureOptions): MeasuredDimension[] {
  const { dimensions, context, seed, draws, level } = options;
  const samples = dimensions.map((dimension) => sampleDimension(dimension, sides, context));
  const enough = samples.filter((sample) => isEnough(sample, options));
  const chances = enough.map((sample) => againstChance(sample, 2 * draws, randomOf(sample.dimension.name, seed)));
  const { qValues } = discreteBenjaminiHochberg(chances, level);
  const bootstrap = bootstrapDistances(enough, { sides, draws, random: randomOf("bootstrap", seed) });
  return samples.map((sample) => {
    const index = enough.indexOf(sample);
    if (index < 0) return { gap: unmeasured(sample), excessDraws: [] };
    const found = { chance: chances[index]!, qValue: qValues[index]!, draws: bootstrap[index]!, level };
    return measured(sample, found);
  });
}

/** Its own stream: a dimension more or less changes no other's figures. */
function randomOf(name: string, seed: number): Random {
  return seededRandom(seedFromText(`${seed} ${name}`));
}

function isEnough({ countA, countB }: DimensionSample, { draws, level }: MeasureOptions): boolean {
  if (Math.min(countA, countB) < UNITS_MIN) return false;
  return minPermutationP({ countA, countB, drawn: 2 * draws }) <= level;
}

const METHODS = {
  categories: "Jensen-Shannon",
  numbers: "Kolmogorov-Smirnov",
  things: "weighted Jaccard",
} as const;

const UNKNOWN = {
  distance: null,
  interval: null,
  expected: null,
  excess: null,
  pValue: null,
  qValue: null,
  isDistinguishable: null,
} as const;

function unmeasured(sample: DimensionSample): DimensionGap {
  const isSilent = sample.countA === 0 || sample.countB === 0;
  return { ...base(sample), ...UNKNOWN, status: isSilent ? "not told" : "too few" };
}

interface Found {
  readonly chance: ChanceResult;
  readonly qValue: number;
  readonly draws: readonly (number | null)[];
  readonly level: number;
}

function measured(sample: DimensionSample, { chance, qValue, draws, level }: Found): MeasuredDimension {
  const { distance, expected, pValue } = chance;
  const moved = centred(draws, distance);
  const excessOf = (each: number) => (expected >= 1 ? 0 : (each - expected) / (1 - expected));
  const bounds = intervalOf(moved);
  const gap: DimensionGap = {
    ...base(sample),
    status: "measured",
    distance,
    // A measured distance is too large by about what chance gives, less so the larger it is: only the upper end keeps it.
    interval: bounds && { lower: Math.max(0, excessOf(bounds.lower)), upper: bounds.upper },
    expected,
    excess: excessOf(distance),
    pValue,
    qValue,
    isDistinguishable: qValue <= level,
  };
  return { gap, excessDraws: moved.map((draw) => (draw === null ? null : excessOf(draw))) };
}

function base(sample: DimensionSample): Omit<DimensionGap, "status" | keyof typeof UNKNOWN> {
  const { name, group, weight, kind } = sample.dimension;
  const { text, factor } = describeDifference(sample);
  const { evals, production } = sample;
  return { name, group, weight, method: METHODS[kind], evals, production, factor, difference: text };
}

/** The middle 95 %; null where too few draws tell. */
export function intervalOf(draws: readonly (number | null)[]): Interval | null {
  const told = draws.filter((draw) => draw !== null);
  if (told.length < draws.length / 2 || told.length === 0) return null;
  return { lower: quantile(told, 0.025), upper: quantile(told, 0.975) };
}
