import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

export interface CliEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with all of stdout so far; may signal the process. */
  readonly onStdout?: (text: string, child: ReturnType<typeof spawn>) => void;
}

/** Runs the real command line in a process of its own, with an environment that says nothing of this machine. */
export function runCli(words: readonly string[], { cwd, env = {}, onStdout }: CliOptions): Promise<CliEnd> {
  const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
  const child = spawn(process.execPath, [join(ROOT, "bin/aegis.mjs"), ...words], {
    cwd,
    env: { PATH, HOME, TMPDIR, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    onStdout?.(stdout, child);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

/** A folder with these files; gone when the test is over. Installed packages are this repository's. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "aegis-cli-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  symlinkSync(join(ROOT, "node_modules"), join(path, "node_modules"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return { path };
}
