/** Where a command prints, and what that place can show. */
export interface Terminal {
  /** Results: what a script would read. */
  out(text: string): void;
  /** Progress, notes and errors. */
  err(text: string): void;
  /** Is standard error a terminal that can redraw a line? */
  readonly canRedraw: boolean;
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  readonly width: number;
}

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
}

/** NO_COLOR wins over everything, then FORCE_COLOR, then whether standard output is a terminal. */
export function processTerminal({ stdout, stderr, stdin, env }: Streams): Terminal {
  const isPlain = env["TERM"] === "dumb";
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "";
  const refused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    canRedraw: stderr.isTTY && !isPlain && env["CI"] === undefined,
    isInteractive: stdin.isTTY && stdout.isTTY && env["CI"] === undefined,
    hasColor: !refused && (forced || (stdout.isTTY && !isPlain)),
    width: Math.max(60, Math.min(stdout.columns ?? 100, 160)),
  };
}
