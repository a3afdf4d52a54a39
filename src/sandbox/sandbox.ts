import type { IsolationLevel } from "../domain/index.ts";

/** A place to run code nobody trusts. Every adapter passes `testing/sandbox-conformance.ts`. */
export interface SandboxProvider {
  readonly level: IsolationLevel;
  /** Asked, never guessed from the level's name. */
  readonly abilities: {
    /** Children that outlive the program are found and killed. */
    readonly killsWholeTree: boolean;
    /** The program dies with this process even when that is killed. */
    readonly diesWithParent: boolean;
    readonly network: "none" | "allowlist" | "open";
  };
  /** @throws {AegisError} "sandbox.unavailable" when this machine cannot give the level, never a weaker one */
  open(options: { readonly label: string }): Promise<Sandbox>;
}

/** One fresh place: closing it kills what runs there and removes what was written. */
export interface Sandbox extends AsyncDisposable {
  /** An empty folder of its own. */
  readonly workspace: string;
  /**
   * Runs one program to its end. A program that fails is a result; a sandbox that fails throws "sandbox.*".
   * Resolves only when nothing of the program's tree is alive any more.
   */
  run(program: SandboxProgram): Promise<ProgramEnd>;
}

export interface SandboxProgram {
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited but what the level needs to start a program. */
  readonly env: Readonly<Record<string, string>>;
  /** Given on stdin, then closed. */
  readonly stdin: string;
  readonly timeoutMs: number;
  /** Per stream; the rest is counted and dropped. */
  readonly outputBytesMax: number;
  /** Each line the program writes to the control channel (file descriptor 3), in order. */
  readonly onControlLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface ProgramEnd {
  readonly reason: "exited" | "killed" | "timeout" | "aborted" | "control-overflow";
  readonly exitCode: number | null;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  readonly durationMs: number;
  /** Processes of the program's tree that were still alive at its end and had to be killed. */
  readonly strayProcessCount: number;
}

export interface CapturedOutput {
  readonly text: string;
  readonly bytes: number;
  readonly isTruncated: boolean;
}
