import { seedFromText } from "../../../kernel/index.ts";
import type { Dimension, ReadContext } from "../dimensions/dimension.ts";
import type { RunFacts } from "../reading/run-facts.ts";

/** What all runs say in one dimension, as masses at common places: numbers, categories or things. */
export interface Profile {
  /** Of `kind: "numbers"`, ascending; empty for the others. */
  readonly points: Float64Array;
  /** Of the others; empty for numbers. */
  readonly labels: readonly string[];
  /** Distinct rows: many runs say the same. */
  readonly rows: readonly ProfileRow[];
  /** For each run the index of its row; -1 where its log does not tell. Runs of the evals come first. */
  readonly rowOf: Int32Array;
}

export interface ProfileRow {
  readonly places: Int32Array;
  readonly masses: Float64Array;
}

/** Numbers and categories of a run share a mass of 1; each thing it holds has a mass of 1. */
export function profileOf(dimension: Dimension, runs: readonly RunFacts[], context: ReadContext): Profile {
  if (dimension.kind === "numbers") return numbersProfile(runs.map((run) => dimension.read(run, context)));
  if (dimension.kind === "categories") return categoriesProfile(runs.map((run) => dimension.read(run)));
  return thingsProfile(runs.map((run) => dimension.read(run, context)));
}

/** One side's masses: the mean over its runs that tell, each as often as `weights` says. null where none tells. */
export function sideMasses(profile: Profile, weights: Float64Array): Float64Array | null {
  const { rows, rowOf, points, labels } = profile;
  const rowWeights = new Float64Array(rows.length);
  let total = 0;
  for (let run = 0; run < rowOf.length; run += 1) {
    const weight = weights[run]!;
    if (weight === 0 || rowOf[run]! < 0) continue;
    rowWeights[rowOf[run]!]! += weight;
    total += weight;
  }
  if (total === 0) return null;
  const masses = new Float64Array(Math.max(points.length, labels.length));
  for (let row = 0; row < rows.length; row += 1) {
    const share = rowWeights[row]! / total;
    if (share === 0) continue;
    const { places, masses: own } = rows[row]!;
    for (let index = 0; index < places.length; index += 1) masses[places[index]!]! += share * own[index]!;
  }
  return masses;
}

function numbersProfile(values: readonly (readonly number[] | null)[]): Profile {
  const points = Float64Array.from(new Set(values.flatMap((each) => each ?? []))).toSorted();
  const placeOf = new Map(Array.from(points, (point, place) => [point, place]));
  const places = values.map((each) => (each ?? []).map((value) => placeOf.get(value)!));
  return { points, labels: [], ...sharedRows(places, "share") };
}

function categoriesProfile(values: readonly (readonly string[] | null)[]): Profile {
  const labels = [...new Set(values.flatMap((each) => each ?? []))].toSorted();
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const places = values.map((each) => (each ?? []).map((value) => placeOf.get(value)!));
  return { points: new Float64Array(), labels, ...sharedRows(places, "share") };
}

/** Held things times distinct holders: beyond it a fixed, even sample of the things stands for all. */
const THING_CELLS_MAX = 1_000_000;
const THINGS_MIN = 512;

function thingsProfile(values: readonly (ReadonlySet<string> | null)[]): Profile {
  const distinct = new Set(values.filter((each) => each !== null));
  const all = [...new Set([...distinct].flatMap((each) => [...each]))].toSorted();
  const kept = Math.max(THINGS_MIN, Math.floor(THING_CELLS_MAX / Math.max(1, distinct.size)));
  const labels = all.length <= kept ? all : sampleOf(all, kept);
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const places = values.map((each) =>
    each === null ? null : [...each].flatMap((thing) => placeOf.get(thing) ?? []).toSorted((a, b) => a - b),
  );
  return { points: new Float64Array(), labels, ...sharedRows(places, "whole") };
}

/** Those with the smallest hashes: the same ones every time, and no kind of thing more than another. */
function sampleOf(all: readonly string[], count: number): string[] {
  const hashed = all.map((label) => ({ label, hash: seedFromText(label) }));
  return hashed
    .toSorted((left, right) => left.hash - right.hash)
    .slice(0, count)
    .map(({ label }) => label)
    .toSorted();
}

/** An empty list of numbers or categories tells nothing; a run that holds no thing does. */
function sharedRows(
  places: readonly (readonly number[] | null)[],
  mass: "share" | "whole",
): Pick<Profile, "rows" | "rowOf"> {
  const rows: ProfileRow[] = [];
  const rowByKey = new Map<string, number>();
  const rowOf = Int32Array.from(places, (each) => {
    if (each === null || (mass === "share" && each.length === 0)) return -1;
    const counts = new Map<number, number>();
    for (const place of each) counts.set(place, (counts.get(place) ?? 0) + 1);
    const sorted = [...counts].toSorted(([left], [right]) => left - right);
    const key = sorted.join(";");
    const there = rowByKey.get(key);
    if (there !== undefined) return there;
    rowByKey.set(key, rows.length);
    const total = mass === "share" ? each.length : 1;
    rows.push({
      places: Int32Array.from(sorted, ([place]) => place),
      masses: Float64Array.from(sorted, ([, count]) => (mass === "share" ? count / total : 1)),
    });
    return rows.length - 1;
  });
  return { rows, rowOf };
}
