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

/** A file or a pipe has no edge: lines are cut late. */
const WIDTH_OF_A_FILE = 200;

/** NO_COLOR wins over everything, then FORCE_COLOR, then whether standard output is a terminal. */
export function processTerminal({ stdout, stderr, stdin, env }: Streams): Terminal {
  const isPlain = env["TERM"] === "dumb";
  const force = env["FORCE_COLOR"] ?? "";
  const forced = force !== "" && force !== "0" && force !== "false";
  const refused = (env["NO_COLOR"] ?? "") !== "" || force === "0" || force === "false";
  for (const stream of [stdout, stderr]) stream.on("error", endQuietly);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    canRedraw: Boolean(stderr.isTTY) && !isPlain && env["CI"] === undefined,
    isInteractive: Boolean(stdin.isTTY && stdout.isTTY) && env["CI"] === undefined,
    hasColor: !refused && (forced || Boolean(stdout.isTTY && !isPlain)),
    width: Math.max(60, Math.min(stdout.columns ?? (Number(env["COLUMNS"]) || WIDTH_OF_A_FILE), WIDTH_OF_A_FILE)),
  };
}

/** Whoever read our output has seen enough (`| head`). */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
