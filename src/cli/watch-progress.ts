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
    start(suite: LoadedSuite, isolation: IsolationLevel): void {
      if (options.isQuiet) return;
      const trialCount = suite.cases.reduce((sum, each) => sum + (each.trials ?? suite.trials), 0);
      const promise = ISOLATION_PROMISES[isolation];
      const name = escapeTerminal(suite.name);
      terminal.err(`${name}: ${suite.cases.length} cases, ${trialCount} trials, isolation ${isolation} (${promise})\n`);
    },
    trial(trial: Trial, progress: SuiteProgress): void {
      const { outcome } = trial;
      counts[outcome.kind === "void" ? "voided" : outcome.isPass ? "passed" : "failed"] += 1;
      if (!options.isQuiet) show(progress);
    },
    end: clear,
  };
}
