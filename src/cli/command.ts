import type { z } from "zod";
import type { App } from "../app/index.ts";
import type { Terminal } from "./terminal.ts";

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: boolean;
  /** Takes all that follow. */
  readonly isList?: boolean;
}

export interface CommandContext<Flags> {
  readonly flags: Flags;
  /** Positional arguments, in order. */
  readonly args: readonly string[];
  readonly app: App;
  readonly terminal: Terminal;
  /** Aborts on the first Ctrl-C or SIGTERM; the second ends the process. */
  readonly signal: AbortSignal;
}

export interface Command<Flags extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  /** More than the summary says, for --help. */
  readonly about?: string;
  readonly arguments?: readonly Argument[];
  readonly flags: Flags;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Resolves with the exit code: 0 pass, 1 gate failed, 2 could not measure. Expected failures throw AegisError. */
  run(context: CommandContext<z.output<Flags>>): Promise<number>;
}

/** A command of the CLI; flags are a schema, from which parsing, help and docs come. */
export function defineCommand<Flags extends z.ZodObject>(command: Command<Flags>): Command<Flags> {
  return command;
}
