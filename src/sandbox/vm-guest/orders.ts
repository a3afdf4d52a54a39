/** The first order after a restore: makes one machine of many equal ones. */
export interface RefreshOrder {
  readonly timeMs: number;
  /** Fresh randomness of the host: 64 bytes, as hexadecimal digits. */
  readonly entropy: string;
}

/** What one sandbox asks for. */
export interface PrepareOrder {
  readonly seed?: number;
  /** Absolute, the same inside; files are told from folders. */
  readonly mounts: readonly { readonly path: string; readonly isFile: boolean }[];
  readonly doors: readonly number[];
  readonly workspace: string;
  readonly workspaceBytes: number;
  readonly filesMax: number;
  /** Where the host has its Node: programs name it by that path. */
  readonly nodePath: string;
}

export interface RunOrder {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly outputBytesMax: number;
  readonly openFilesMax: number;
  readonly memoryBytes: number;
  readonly processCountMax: number;
}

export interface RunEnded {
  readonly exitCode: number | null;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly strayProcessCount: number;
}

export interface GuestFailure {
  readonly kind: "program" | "guest";
  readonly message: string;
}
