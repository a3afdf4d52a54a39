import type { IsolationLevel, SandboxFacts } from "../domain/index.ts";
import type { WorkspaceEntry } from "./workspace/workspace-entry.ts";

/** A place to run code nobody trusts. Every adapter passes `testing/sandbox-conformance.ts`. */
export interface SandboxProvider extends AsyncDisposable {
  readonly level: IsolationLevel;
  /** Asked, never guessed from the level's name. */
  readonly abilities: {
    /** Children that outlive the program are found and killed. */
    readonly killsWholeTree: boolean;
    /** The program dies with this process even when that is killed. */
    readonly diesWithParent: boolean;
    /** `doors`: nothing but the doors that were asked for. */
    readonly network: "none" | "doors" | "open";
    /** Limits of memory and processes hold for the whole tree, not only for each process. */
    readonly limitsWholeTree: boolean;
    /** Clones with one seed draw the same randomness. */
    readonly canSeed: boolean;
  };
  /** @throws {AegisError} "sandbox.unavailable" when this machine cannot give the level, never a weaker one */
  open(options: SandboxOptions): Promise<Sandbox>;
}

export interface SandboxOptions {
  readonly label: string;
  /**
   * Host folders that programs may read, at the same path. `process` hides nothing. The very same list given again may
   * show what lay there the first time: trials of one run see one state of a project.
   */
  readonly mounts?: readonly SandboxMount[];
  /** What the workspace holds at first; paths are relative to it. */
  readonly files?: readonly WorkspaceEntry[];
  readonly limits?: Partial<SandboxLimits>;
  /** Loopback ports of the host that programs reach at `127.0.0.1` under the same number. */
  readonly doors?: readonly number[];
  /** Opt-in: clones with one seed are identical down to their randomness. Fresh randomness unless told. */
  readonly seed?: number;
}

export interface SandboxMount {
  /** Absolute, on the host and inside. */
  readonly path: string;
  /** Absolute paths below it that are not there inside: folders are empty, files too. */
  readonly hidden?: readonly string[];
}

export interface SandboxLimits {
  readonly memoryBytes: number;
  readonly processCountMax: number;
  readonly openFilesMax: number;
  readonly workspaceBytes: number;
}

/** One fresh place: closing it kills what runs there and removes what was written. */
export interface Sandbox extends AsyncDisposable {
  /** The one folder programs may write, as they see it: where they start. */
  readonly workspace: string;
  readonly facts: SandboxFacts;
  /**
   * Runs one program to its end. A program that fails is a result; a sandbox that fails throws "sandbox.*".
   * Resolves only when nothing of the program's tree is alive any more.
   */
  run(program: SandboxProgram): Promise<ProgramEnd>;
  /**
   * What the workspace holds after the last program, sorted by path; hostile content, already held to the limits.
   * @throws {AegisError} "sandbox.bad_workspace" for what no archive of ours may hold
   */
  collect(): Promise<readonly WorkspaceEntry[]>;
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
