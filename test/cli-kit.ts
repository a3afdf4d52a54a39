import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { openApp } from "../src/app/index.ts";
import type { JsonReport } from "../src/eval/report/to-json-report.ts";
import type { Store } from "../src/store/index.ts";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "bin", "aegis.mjs");

export interface CliEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A fresh project folder with these files; gone after `remove`. */
export function makeProject(files: Readonly<Record<string, string>>): { folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "aegis-test-")));
  // Sandboxes never run as root: others may read what trials mount, as in any checkout.
  chmodSync(folder, 0o755);
  for (const [path, text] of Object.entries({ "package.json": '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A fresh project folder that is gone when the test ends. */
export function testProject(files: Readonly<Record<string, string>> = {}): string {
  const { folder, remove } = makeProject(files);
  onTestFinished(remove);
  return folder;
}

export function startCli(folder: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `aegis WORDS` in a real process to its end. */
export function runCli(folder: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliEnd> {
  return endOf(startCli(folder, words, env));
}

/** What a process printed, and how it ended. */
export async function endOf(child: ChildProcess): Promise<CliEnd> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Sets a test's stage: a command that must end with 0. */
export async function mustRun(folder: string, words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runCli(folder, words);
  if (exitCode !== 0) throw new Error(`aegis ${words.join(" ")} ended with ${exitCode}: ${stderr}`);
}

/** What `aegis WORDS --json` prints on standard output. */
export async function runJson<Value = JsonReport>(
  folder: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Value> {
  const { stdout, stderr } = await runCli(folder, [...words, "--json"], env);
  if (stdout === "") throw new Error(`aegis ${words.join(" ")} printed nothing: ${stderr}`);
  return JSON.parse(stdout) as Value;
}

/** Opens the project's store beside the command line, to see what was really written. */
export async function withStore<Value>(folder: string, use: (store: Store) => Promise<Value>): Promise<Value> {
  await using app = await openApp({ cwd: folder, env: {}, storePath: join(folder, ".aegis", "store.db") });
  return await use(await app.store());
}

/** The folder of real recordings, or undefined where there is none. */
export function dataFolder(): string | undefined {
  return [process.env["AEGIS_DATA"] ?? join(ROOT, "..", "shared", "data")].find((path) =>
    existsSync(join(path, "expected.json")),
  );
}

export const WITHOUT_DATA =
  dataFolder() === undefined ? " (skipped: no recordings; AEGIS_DATA names their folder)" : "";

/** A file of the recordings. */
export function readData<Value>(path: string): Value {
  return JSON.parse(readFileSync(join(dataFolder() ?? "", path), "utf8")) as Value;
}

/** Live processes whose command line or environment mentions a text, this one and its parents left out. */
export function processesMentioning(text: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.[0];
      const isMention = command.includes(text) || environment.includes(text);
      return isMention && state !== "Z" ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
}

/** Resolves when the condition holds; throws when it does not within the time. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error("the condition did not come true in time");
    await new Promise((done) => setTimeout(done, 20));
  }
}
