import { canonicalJson, toJson } from "../../src/kernel/index.ts";
import type { Told } from "./client-driver.ts";

export interface ToldFaults {
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** There once, and not what the server has. */
  readonly different: number;
}

/** What a client was told over many connections, against the same run read at once. */
export function compareTold(told: readonly Told[], whole: readonly Told[]): ToldFaults {
  const right = new Map(whole.map(({ place, content }) => [place, textOf(content)]));
  const seen = new Set<number>();
  const counts = { lost: 0, duplicated: 0, outOfOrder: 0, different: 0 };
  let last = Number.NEGATIVE_INFINITY;
  for (const { place, content } of told) {
    if (seen.has(place)) counts.duplicated += 1;
    else if (place < last) counts.outOfOrder += 1;
    if (right.get(place) !== textOf(content)) counts.different += 1;
    seen.add(place);
    last = Math.max(last, place);
  }
  counts.lost = [...right.keys()].filter((place) => !seen.has(place)).length;
  return counts;
}

/** Of the very bytes a JSON reader keeps: order of fields apart. */
function textOf(content: unknown): string {
  return canonicalJson(toJson(content));
}
