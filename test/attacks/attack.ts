import type { IsolationLevel } from "../../src/domain/index.ts";
import type { ProgramEnd, Sandbox, SandboxOptions, WorkspaceEntry } from "../../src/sandbox/index.ts";
import type { Canary } from "./plant-canary.ts";

/** What a level does about an attack: it holds, the attack gets through, or it is not tried there (and why). */
export type Outcome = "held" | "through" | { readonly notTried: string };

/** One attack of the list: a real program, and what on the host's side says that it worked. */
export interface Attack {
  /** In the attack list. */
  readonly number: number;
  readonly name: string;
  readonly command: (canary: Canary) => readonly string[];
  readonly options?: (canary: Canary) => Partial<SandboxOptions>;
  readonly timeoutMs?: number;
  /** Before the program's end: on each line of its control channel. */
  readonly onLine?: (canary: Canary, line: string) => void;
  readonly isThrough: (after: Aftermath) => boolean | Promise<boolean>;
  readonly expected: Readonly<Record<Exclude<IsolationLevel, "none">, Outcome>>;
}

export interface Aftermath {
  readonly canary: Canary;
  readonly end: ProgramEnd;
  readonly sandbox: Sandbox;
  readonly lines: readonly string[];
  readonly collect: () => Promise<readonly WorkspaceEntry[]>;
}

export const sh = (script: string): string[] => ["/bin/sh", "-c", script];
export const node = (source: string): string[] => [process.execPath, "-e", source];
export const python = (source: string): string[] => ["/usr/bin/python3", "-c", source];

export const isRoot = process.getuid?.() === 0;
/** What the process level allows to root only. */
export const ROOT_ONLY: Outcome = isRoot ? "through" : "held";

export const says =
  (text: string) =>
  ({ end }: Aftermath): boolean =>
    end.stdout.text.includes(text);
export const saysSecret = ({ end, canary }: Aftermath): boolean => end.stdout.text.includes(canary.secret);
