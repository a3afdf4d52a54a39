import { relative } from "node:path";
import type { App } from "../app/index.ts";
import {
  type FoundRun,
  type PlannedCases,
  planTraceCases,
  type TriedCase,
  tryTraceCases,
} from "../app/from-trace/index.ts";
import { countNoun, escapeTerminal, jsonLine } from "../kernel/index.ts";
import { definedOnly } from "./defined-only.ts";
import type { Terminal } from "./terminal.ts";
import type { TraceCaseFlags } from "./trace-case-flags.ts";
import { writeFiles } from "./write-files.ts";

export interface MadeOf {
  readonly runs: readonly FoundRun[];
  readonly good?: FoundRun | undefined;
  readonly incident?: string | undefined;
}

/** Writes the cases, runs them at once, and says whether the failure came again. @returns the exit code */
export async function makeTraceCases(
  { runs, good, incident }: MadeOf,
  place: {
    readonly app: App;
    readonly flags: TraceCaseFlags;
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { app, flags, terminal, signal } = place;
  const { suite, agent, out, live: isLive, isolation, trials, force } = flags;
  const planned = await planTraceCases(app, {
    runs,
    isLive,
    ...definedOnly({ suite, agent, out, good, incident }),
  } as Parameters<typeof planTraceCases>[1]);
  writeFiles(
    planned.root,
    planned.files.map((file) => ({ ...file, mayReplace: force })),
  );
  const tried = await tryTraceCases(app, planned, {
    isLive,
    signal,
    ...definedOnly({ isolation, trials }),
  } as Parameters<typeof tryTraceCases>[2]);
  if (flags.json) terminal.out(jsonLine(describe(planned, tried)));
  else terminal.out(render(planned, tried, isLive));
  return exitCode(tried);
}

/** 0: each failure came again; 2: some could not be measured; 1: some did not come. */
function exitCode(tried: readonly TriedCase[]): number {
  if (tried.some((each) => !isReproduced(each) && each.voidCount === 0)) return 1;
  return tried.every(isReproduced) ? 0 : 2;
}

function isReproduced({ failedCount, reproduction, isGoodPassing }: TriedCase): boolean {
  return failedCount > 0 && (reproduction?.isExact ?? true) && isGoodPassing !== false;
}

function describe({ cases, place, root }: PlannedCases, tried: readonly TriedCase[]) {
  return {
    suite: relative(root, place.suiteFile),
    cases: cases.map(({ made, run }) => {
      const end = tried.find(({ id }) => id === made.id);
      return {
        id: made.id,
        trace: run.runId,
        files: made.files.map(({ path }) => relative(root, `${place.folder}/${path}`)),
        isReproduced: end !== undefined && isReproduced(end),
        trials: end?.trials.length ?? 0,
        failedCount: end?.failedCount ?? 0,
        voidCount: end?.voidCount ?? 0,
        failing: made.failing,
        ...(end?.reproduction && { reproduction: end.reproduction }),
        ...(end?.isGoodPassing !== undefined && { isGoodPassing: end.isGoodPassing }),
        redacted: made.redacted,
        notRecorded: made.notRecorded,
      };
    }),
  };
}

function render(planned: PlannedCases, tried: readonly TriedCase[], isLive: boolean): string {
  const { place, root, cases } = planned;
  const folder = relative(root, place.folder);
  return cases
    .map(({ made, run }) => {
      const end = tried.find(({ id }) => id === made.id);
      const hidden = Object.entries(made.redacted).map(([kind, count]) => `${count} ${kind}`);
      const lines = [
        `${escapeTerminal(made.id)}: ${end ? sayEnd(end, isLive) : "was not run"}`,
        ...(end?.reproduction?.differences ?? []).map((difference) => `  differs: ${escapeTerminal(difference)}`),
        ...voidReasons(end),
        ...made.failing.map((name) => `  the trace fails: ${escapeTerminal(name)}`),
        ...(end?.isGoodPassing === undefined
          ? []
          : [`  the good run ${end.isGoodPassing ? "passes" : "does not pass"} the same case`]),
        ...(made.checks.length === 0 ? [demandsNothing(run)] : []),
        ...made.files.map(({ path }) => `  wrote ${escapeTerminal(`${folder}/${path}`)}`),
        ...(hidden.length > 0 ? [`  hidden: ${hidden.join(", ")}`] : []),
        ...made.notRecorded.map((sentence) => `  note: ${escapeTerminal(sentence)}`),
      ];
      return `${lines.join("\n")}\n`;
    })
    .join("")
    .concat(`next: read the cases, then aegis eval run --suite ${escapeTerminal(relative(root, place.suiteFile))}\n`);
}

function demandsNothing({ findings }: FoundRun): string {
  const why = findings.length === 0 ? "nothing is known to be wrong with this run" : "no check says what was found";
  return `  ${why}, so the case demands nothing yet: say under \`checks\` what must hold, or give --good`;
}

function sayEnd({ trials, failedCount, voidCount, reproduction }: TriedCase, isLive: boolean): string {
  if (voidCount === trials.length) return "could not be measured";
  if (isLive)
    return `the failure came in ${failedCount} of ${countNoun(trials.length - voidCount, "trial")} with the live model`;
  if (failedCount === 0) return "the failure does not come again: all checks pass";
  return reproduction?.isExact === false
    ? "fails, but not as the trace did"
    : "the failure comes again, call for call and check for check";
}

function voidReasons(end: TriedCase | undefined): string[] {
  const reasons = (end?.trials ?? []).flatMap(({ outcome }) => (outcome.kind === "void" ? [outcome.message] : []));
  return [...new Set(reasons)].map((reason) => `  void: ${escapeTerminal(reason)}`);
}
