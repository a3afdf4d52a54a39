// What detectors find and miss: labelled logs, recorded runs, failures that people explained; and what they cost.
import { dataFolderOf, recordingsIn } from "../examples/tau/data-folder.ts";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import { blameTable } from "./detectors/blame-steps.ts";
import { codingTable } from "./detectors/coding-runs.ts";
import { outcomeTable, readRecordedRuns, scoreRepeats } from "./detectors/recorded-runs.ts";
import {
  type DetectorScore,
  mistakesOf,
  SCORE_HEAD,
  scoreLabelled,
  scoreRow,
  writeLabelledLogs,
} from "./detectors/score-labelled.ts";
import { microsPerLog, secondsForLongLog } from "./detectors/speed.ts";
import { table } from "./detectors/table.ts";
import type { Figure } from "./figure.ts";

const SEED = 20_261_121;
/** Of all findings in labelled logs, those in logs without the pattern. */
const WRONG_SHARE_MAX = 0.1;
/** Of all labelled patterns, those not found. */
const MISSED_SHARE_MAX = 0.25;

export function measureDetectors({ isShort }: BenchOptions): Figure[] {
  return [...measureLabelled(isShort), ...measureRecorded(isShort), ...measureSpeed(isShort)];
}

function measureLabelled(isShort: boolean): Figure[] {
  const logs = writeLabelledLogs({ seed: SEED, perKind: isShort ? 20 : 100 });
  const scores = scoreLabelled(logs);
  if (!isShort) {
    say(`\n${logs.length} labelled logs, written with each pattern or with what looks like it (seed ${SEED})`);
    say(table(SCORE_HEAD, scores.map(scoreRow)));
    say(scores.flatMap(mistakesOf).join("\n"));
    say(
      "Limits: the stories and sentences are ours, few, and were at hand while the detectors were made. This says what each is made for and where it ends, not how often it is right in production. Precision is of this mixture, in which the pattern is far more frequent than in production. Intervals count logs, which share sentences.",
    );
  }
  const sum = (of: (score: DetectorScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const hits = sum((score) => score.hits);
  const wrong = sum((score) => score.falseAlarms + score.strayAlarms);
  const positives = sum((score) => score.positives);
  const missedShare = 1 - hits / positives;
  const wrongShare = wrong / (wrong + hits);
  return [
    share("labelled patterns not found", missedShare, MISSED_SHARE_MAX),
    share("findings without the pattern", wrongShare, WRONG_SHARE_MAX),
  ];
}

function share(what: string, ratio: number, ratioMax: number): Figure {
  return { what: `detectors: ${what}, percent`, value: ratio * 100, unit: "", bound: { of: "all", ratio, ratioMax } };
}

function measureRecorded(isShort: boolean): Figure[] {
  const folder = dataFolderOf(process.env);
  if (recordingsIn(folder).length === 0) {
    say("detectors are not measured on recorded runs: none here (AEGIS_DATA names their folder)");
    return [];
  }
  const runs = readRecordedRuns(folder);
  const repeats = scoreRepeats(runs, folder);
  if (!isShort) {
    say(`\nno-progress-repeat in ${runs.length} recorded runs, against a count made independently`);
    say(
      table(
        ["identical calls", "labelled", "found", "raised wrongly"],
        repeats.map(({ times, ...score }) =>
          [`${times} or more`, score.labelled, score.hits, score.raised].map(String),
        ),
      ),
    );
    say("\nFindings in these runs, and whether the task failed (reward 0)");
    say(outcomeTable(runs));
    say("\nCoding runs, and whether the tests passed in the end");
    say(codingTable(folder));
    say("\nFailures that people explained: the first event of the worst finding against the step and agent they named");
    say(blameTable(folder));
    say(
      "Limits: a failed task says nothing about which pattern it had, and most failures there are wrong decisions that no pattern shows. The explained failures are conversations without tool spans: nearly all that detectors read is missing, and where they stay silent they count as wrong.",
    );
  }
  const wrong = repeats.reduce((sum, { labelled, hits, raised }) => sum + labelled - hits + raised, 0);
  const of = "repeats in recorded runs wrong";
  return [{ what: `detectors: ${of}`, value: wrong, unit: "", bound: { of, ratio: wrong, ratioMax: 0 } }];
}

function measureSpeed(isShort: boolean): Figure[] {
  const { micros, events } = microsPerLog(50, isShort ? 4 : 100);
  const longEvents = 20_000;
  return [
    { what: `detectors: a log of ${Math.round(events)} events`, value: micros / 1_000, unit: "ms", target: 0.2 },
    { what: `detectors: a log of ${longEvents} events`, value: secondsForLongLog(longEvents), unit: "s", target: 1 },
  ];
}

await runAsProgram(import.meta.url, measureDetectors);
