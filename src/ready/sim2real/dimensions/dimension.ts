import type { IsMisspelt } from "../reading/misspelt-words.ts";
import type { RunFacts } from "../reading/run-facts.ts";

export type DimensionGroup = "configuration" | "context" | "tools" | "users" | "answers";

interface DimensionBase {
  readonly name: string;
  readonly group: DimensionGroup;
  /** How much it counts in the index unless told otherwise; 0 leaves it out. */
  readonly weight: number;
  /**
   * What is one piece of evidence. Configuration is chosen run by run, whatever the case; everything else hangs on the
   * case or the session, whose runs are alike.
   */
  readonly evidence: "run" | "cluster";
}

/** What may be read of a run only when all runs are known. */
export interface ReadContext {
  readonly isMisspelt: IsMisspelt;
  /** Every five words in a row; runs that share a text share the answer. */
  readonly shinglesOf: (text: string) => ReadonlySet<string>;
}

/** Shares of categories; distance: Jensen-Shannon, in bits, its square root. Each run's values count 1 together. */
export interface CategoryDimension extends DimensionBase {
  readonly kind: "categories";
  /** null or empty: the log does not tell. */
  read(facts: RunFacts): readonly string[] | null;
}

/** Numbers; distance: Kolmogorov-Smirnov. Each run's values count 1 together. */
export interface NumberDimension extends DimensionBase {
  readonly kind: "numbers";
  read(facts: RunFacts, context: ReadContext): readonly number[] | null;
  say(value: number): string;
  /** Of what is said; empty where the number says it itself. */
  readonly unit: string;
}

/** What a run holds; distance: weighted Jaccard over the shares of runs that hold each thing. */
export interface ThingsDimension extends DimensionBase {
  readonly kind: "things";
  read(facts: RunFacts, context: ReadContext): ReadonlySet<string> | null;
}

export type Dimension = CategoryDimension | NumberDimension | ThingsDimension;
