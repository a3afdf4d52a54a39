import type { Interval } from "../../stats/index.ts";
import type { DimensionGroup } from "./dimensions/dimension.ts";

/** How far an eval lies from production, and what of production it never shows. */
export interface GapReport {
  readonly evals: GapSide;
  readonly production: GapSide;
  readonly index: GapIndex;
  /** In the catalogue's order. */
  readonly dimensions: readonly DimensionGap[];
  /** Conditions that production shows and no eval run does, most frequent first. */
  readonly uncovered: readonly UncoveredCondition[];
  /** Conditions that production shows, the uncovered ones counted. */
  readonly conditionCount: number;
  /** Few traces that show all uncovered conditions between them, the one that shows most first. */
  readonly traces: readonly TraceToPull[];
  /** What these figures cannot see, of this comparison and of any. */
  readonly limits: readonly string[];
  readonly settings: { readonly seed: number; readonly draws: number; readonly level: number };
}

export interface GapSide {
  readonly runCount: number;
  /** Cases or sessions that the runs are of. */
  readonly clusterCount: number;
}

export interface GapIndex {
  /** In [0, 100]: 100 is "as close as two samples of one population"; null where nothing could be measured. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Weight of the dimensions it rests on over the weight of all, in [0, 1]. */
  readonly measuredShare: number;
  /** Whether any dimension is beyond chance. */
  readonly isDistinguishable: boolean;
}

export interface DimensionGap {
  readonly name: string;
  readonly group: DimensionGroup;
  readonly method: "Jensen-Shannon" | "Kolmogorov-Smirnov" | "weighted Jaccard";
  readonly weight: number;
  /** `too few`: so few runs tell it that no difference could be told from chance. `not told`: a side's logs are silent. */
  readonly status: "measured" | "too few" | "not told";
  /** In [0, 1]. All figures are null where status is not `measured`. */
  readonly distance: number | null;
  /**
   * 95 %, of the distance between the populations: bootstrap over clusters, moved so that its mean is the distance, its
   * lower end corrected for chance as `excess` is. Holds both distance and excess.
   */
  readonly interval: Interval | null;
  /** Mean distance of as many runs dealt to the sides at random: what no difference looks like. */
  readonly expected: number | null;
  /** (distance - expected) / (1 - expected): 0 is chance, 1 is nothing in common; a little below 0 is chance too. */
  readonly excess: number | null;
  readonly pValue: number | null;
  /** After Benjamini-Hochberg over the dimensions. */
  readonly qValue: number | null;
  readonly isDistinguishable: boolean | null;
  /** Of numbers: by what factor the sides differ typically; 1 is none. */
  readonly factor: number | null;
  /** Runs, and clusters of them, whose logs tell it. */
  readonly evals: GapSide;
  readonly production: GapSide;
  /** What differs most, in words; may quote logs, so whoever shows it escapes it. */
  readonly difference: string;
}

export interface UncoveredCondition {
  /** Words such as `tool lookup_order answers 429`; may quote logs. */
  readonly condition: string;
  readonly group: DimensionGroup;
  readonly runCount: number;
  /** Of production runs, in [0, 1]. */
  readonly share: number;
  /** 95 %, Wilson. */
  readonly interval: Interval;
  /** Of eval runs, the largest share that showing none of them still allows: 95 %, Wilson. */
  readonly evalShareMax: number;
  /** Of production, the first few. */
  readonly runIds: readonly string[];
}

export interface TraceToPull {
  readonly runId: string;
  /** Uncovered conditions that it shows and no trace before it in the list does. */
  readonly conditions: readonly string[];
  /** The command that makes a case of it. */
  readonly next: string;
}
