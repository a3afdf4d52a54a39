import { escapeTerminal } from "../../kernel/index.ts";
import { indented } from "../report/fit-text.ts";
import { sayCount } from "../report/say.ts";
import type { LeftOutRun } from "./suite-history.ts";

const SHOWN_MAX = 5;

/** Which runs were not counted, and why. */
export function leftOutLines(leftOut: readonly LeftOutRun[], columns: number): string[] {
  if (leftOut.length === 0) return [];
  const rest = leftOut.length - SHOWN_MAX;
  return [
    "",
    `  ${sayCount(leftOut.length, "run")} left out:`,
    ...leftOut
      .slice(0, SHOWN_MAX)
      .flatMap(({ run, because }) => indented(escapeTerminal(`${run}: ${because}`), columns, 4)),
    ...(rest > 0 ? [`    and ${rest} more`] : []),
  ];
}
