import { ISOLATION_PROMISES, type IsolationLevel, type Trial } from "../domain/index.ts";
import { escapeTerminal } from "../kernel/index.ts";
import type { LoadedSuite, SuiteProgress } from "../eval/index.ts";
import { progressLine, progressLogLine } from "../eval/report/progress/index.ts";
import type { Terminal } from "./terminal.ts";

const PLAIN_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 80;

/** Live progress on standard error: one line that is redrawn on a terminal, a line now and then elsewhere. */
export function watchProgress(terminal: Terminal, options: { readonly isQuiet: boolean }) {
  const startMs = performance.now();
  const counts = { passed: 0, failed: 0, voided: 0 };
  let lastShownMs = 0;
  let isLineOpen = false;
  const count = ({ outcome }: Trial) => {
    counts[outcome.kind === "void" ? "voided" : outcome.isPass ? "passed" : "failed"] += 1;
  };
  const clear = () => {
    if (isLineOpen) terminal.err("\r\u001b[2K");
    isLineOpen = false;
  };
  const show = (progress: SuiteProgress) => {
    const nowMs = performance.now();
    const everyMs = terminal.canRedraw ? REDRAW_EVERY_MS : PLAIN_EVERY_MS;
    if (nowMs - lastShownMs < everyMs && progress.done < progress.total) return;
    lastShownMs = nowMs;
    const told = { ...progress, ...counts, elapsedMs: nowMs - startMs };
    if (!terminal.canRedraw) return terminal.err(`${progressLogLine(told)}\n`);
    terminal.err(`\r\u001b[2K${progressLine({ ...told, width: terminal.width })}`);
    isLineOpen = true;
  };
  return {
    /** @param kept trials of an interrupted run that are not tried again */
    start(suite: LoadedSuite, isolation: IsolationLevel, kept: readonly Trial[] = [], workerCount?: number): void {
      for (const trial of kept) count(trial);
      if (options.isQuiet) return;
      const trialCount = suite.cases.reduce((sum, each) => sum + (each.trials ?? suite.trials), 0);
      const promise = ISOLATION_PROMISES[isolation];
      const name = escapeTerminal(suite.name);
      const already = kept.length === 0 ? "" : `, ${kept.length} of them done before`;
      const asked = `${plural(suite.cases.length, "case")}, ${plural(trialCount, "trial")}${already}`;
      const where = workerCount === undefined ? "" : `, on ${plural(workerCount, "worker")}`;
      terminal.err(`${name}: ${asked}${where}, isolation ${isolation} (${promise})\n`);
    },
    /** What takes a while before the first trial: building a guest, compiling. */
    prepare(message: string): void {
      if (options.isQuiet) return;
      clear();
      terminal.err(`${escapeTerminal(message)}\n`);
    },
    trial(trial: Trial, progress: SuiteProgress): void {
      count(trial);
      if (!options.isQuiet) show(progress);
    },
    end: clear,
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
