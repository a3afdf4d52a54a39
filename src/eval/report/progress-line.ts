import { cutText } from "./fit-text.ts";
import { sayDuration } from "./say.ts";

export interface Progress {
  /** Trials that ended, in whatever way. */
  readonly done: number;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly voided: number;
  readonly running: number;
  readonly elapsedMs: number;
}

const BAR_WIDTH = 20;

/** One line that overwrites itself on a terminal; the caller writes it after a carriage return. */
export function progressLine({ width, ...progress }: Progress & { readonly width: number }): string {
  const share = progress.total === 0 ? 1 : Math.min(1, progress.done / progress.total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  // One column stays free, or the terminal breaks the line.
  return cutText(`${bar} ${counts(progress)}${remaining(progress)}`, width - 1);
}

/** The same for a log file: plain, and complete in itself. */
export function progressLogLine(progress: Progress): string {
  return `${counts(progress)}${remaining(progress)}`;
}

/** Whether a log that was last written at `lastDone` needs a new line: at every tenth, and at the end. */
export function isProgressWorthLogging({ done, total, lastDone }: { done: number; total: number; lastDone: number }) {
  if (done === lastDone) return false;
  return done === total || Math.floor((done * 10) / total) > Math.floor((lastDone * 10) / total);
}

function counts({ done, total, passed, failed, voided, running, elapsedMs }: Progress): string {
  const parts = [
    `${done}/${total} trials`,
    `${passed} passed`,
    `${failed} failed`,
    ...(voided > 0 ? [`${voided} void`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    sayDuration(elapsedMs),
  ];
  return parts.join(", ");
}

function remaining({ done, total, elapsedMs }: Progress): string {
  if (done === 0 || done >= total) return "";
  return `, about ${sayDuration((elapsedMs / done) * (total - done))} left`;
}
