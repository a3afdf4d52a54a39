// Precision and recall of each detector on logs that were written with its pattern, or with something that looks like it.
import { wilsonInterval } from "../../src/stats/index.ts";
import { detect, DETECTORS } from "../../src/trace/detectors/index.ts";
import { Dice, type LabelledLog, Pen } from "./pen.ts";
import { ORDINARY, PLANTS } from "./plants.ts";
import type { Plant } from "./story.ts";

export interface DetectorScore {
  readonly name: string;
  readonly positives: number;
  /** Positives in which it found something. */
  readonly hits: number;
  readonly negatives: number;
  /** Of its own negatives. */
  readonly falseAlarms: number;
  /** Logs about other patterns, and ordinary ones, in which it found something. */
  readonly strayAlarms: number;
  readonly others: number;
  /** What it missed or raised wrongly, and how often, by how the log was written. */
  readonly mistakes: ReadonlyMap<string, number>;
}

/** The same seed, the same logs. @param perKind logs of each kind of positive and of each kind of negative */
export function writeLabelledLogs({
  seed,
  perKind,
}: {
  readonly seed: number;
  readonly perKind: number;
}): LabelledLog[] {
  const logs: LabelledLog[] = [];
  const write = (about: string, isPositive: boolean, plants: Readonly<Record<string, Plant>>) => {
    for (const [how, plant] of Object.entries(plants)) {
      for (let count = 0; count < perKind; count += 1) {
        const pen = new Pen();
        const known = plant(pen, new Dice(seed + logs.length)) ?? {};
        logs.push({ about, isPositive, how, events: pen.events, known });
      }
    }
  };
  for (const [about, { positives, negatives }] of Object.entries(PLANTS)) {
    write(about, true, positives);
    write(about, false, negatives);
  }
  write("nothing", false, ORDINARY);
  return logs;
}

export function scoreLabelled(logs: readonly LabelledLog[]): DetectorScore[] {
  const foundIn = logs.map(
    (log) => new Set(detect({ ...log.known, events: log.events }).map(({ detector }) => detector)),
  );
  return DETECTORS.map(({ name }) => {
    const mistakes = new Map<string, number>();
    const count = { positives: 0, hits: 0, negatives: 0, falseAlarms: 0, strayAlarms: 0, others: 0 };
    for (const [index, { about, isPositive, how }] of logs.entries()) {
      const isFound = foundIn[index]?.has(name) ?? false;
      const isOwn = about === name;
      const isHit = isOwn && isPositive;
      if (isHit) count.positives += 1;
      else if (isOwn) count.negatives += 1;
      else count.others += 1;
      if (isFound === isHit) {
        if (isHit) count.hits += 1;
        continue;
      }
      if (isOwn && !isPositive) count.falseAlarms += 1;
      if (!isOwn) count.strayAlarms += 1;
      const mistake = `${isHit ? "missed" : "raised"}: ${isOwn ? how : `${about}, ${how}`}`;
      mistakes.set(mistake, (mistakes.get(mistake) ?? 0) + 1);
    }
    return { name, ...count, mistakes };
  });
}

export const SCORE_HEAD = [
  "detector",
  "written",
  "found",
  "recall",
  "look alike",
  "raised",
  "elsewhere",
  "raised",
  "precision",
];

export function scoreRow(score: DetectorScore): string[] {
  const { name, positives, hits, negatives, falseAlarms, strayAlarms, others } = score;
  return [
    name,
    String(positives),
    String(hits),
    rate(hits, positives),
    String(negatives),
    String(falseAlarms),
    String(others),
    String(strayAlarms),
    rate(hits, hits + falseAlarms + strayAlarms),
  ];
}

/** With its 95 % interval after Wilson. */
export function rate(passed: number, total: number): string {
  if (total === 0) return "none";
  const { lower, upper } = wilsonInterval({ passed, total });
  const percent = (share: number) => (share * 100).toFixed(0);
  return `${percent(passed / total)} % [${percent(lower)}, ${percent(upper)}]`;
}

export function mistakesOf({ name, mistakes }: DetectorScore): string[] {
  return [...mistakes]
    .toSorted((left, right) => right[1] - left[1])
    .slice(0, 4)
    .map(([what, count]) => `${name} ${what} (${count})`);
}
