import type { ErrorDetails } from "../kernel/index.ts";

/** One thing worth knowing for whoever runs the server. */
export interface LogLine {
  readonly level: "info" | "warning" | "error";
  readonly message: string;
  readonly details?: ErrorDetails;
  /** What was thrown, stack and all: never shown to a caller. */
  readonly error?: unknown;
}

export type Log = (line: LogLine) => void;
