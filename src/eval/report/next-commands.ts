import type { Comparison } from "../compare/comparison.ts";
import type { RunSummary } from "../summary/run-summary.ts";

/** What a person would type next, as raw text: commands that can be pasted whatever the names hold. */
export function nextCommands(summary: RunSummary, comparison?: Comparison): string[] {
  const { run, cases, suite } = summary;
  const commands: string[] = [];
  const failed = cases.find(({ status }) => status === "failed") ?? cases.find(({ isFlaky }) => isFlaky);
  if (failed) commands.push(`aegis eval show ${shellWord(run.name)} --case ${shellWord(failed.id)}`);
  if (run.origin === "run" && (suite.trials.missing > 0 || suite.trials.void > 0)) {
    commands.push(`aegis eval run --suite ${shellWord(run.suite)} --resume`);
  }
  const wanted = trialsWanted(comparison);
  if (run.origin === "run" && wanted !== null) {
    commands.push(`aegis eval run --suite ${shellWord(run.suite)} --trials ${wanted}`);
  }
  if (!comparison && run.status === "finished" && suite.casesPassed > 0)
    commands.push(`aegis eval baseline set ${shellWord(run.name)}`);
  return commands;
}

/** More is no advice for one evening. */
const TRIALS_ADVISED_MAX = 30;

/** Trials a case that settle every case which a modest number can settle. */
function trialsWanted(comparison: Comparison | undefined): number | null {
  const wanted = (comparison?.cases ?? []).flatMap(({ change, moreTrials, b }) => {
    const trials = moreTrials === null || b === null ? null : moreTrials + b.total;
    return change === "not enough evidence" && trials !== null && trials <= TRIALS_ADVISED_MAX ? [trials] : [];
  });
  return wanted.length === 0 ? null : wanted.reduce((most, trials) => Math.max(most, trials));
}

/** One word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
