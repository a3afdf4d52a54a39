import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { say } from "./bench.ts";
import { ROOT } from "./project-root.ts";

const PROMPTFOO = "0.123.1";
const MASTRA = { core: "1.71.0", libsql: "1.23.1", memory: "1.31.0" };
const INSTALL_TIMEOUT_MS = 600_000;

/** A peer's program, and the folder it is installed in. */
export interface Peer {
  readonly program: string;
  readonly folder: string;
}

/** Vitest is a development dependency of this project. */
export function vitest(): Peer | undefined {
  return found({ program: join(ROOT, "node_modules", "vitest", "vitest.mjs"), folder: join(ROOT, "node_modules") });
}

/** Installed on demand, outside the project, and kept for the next run: it takes 2 GB and some minutes. */
export function promptfoo(options: { readonly mayInstall: boolean }): Peer | undefined {
  const folder = peerFolder(`promptfoo-${PROMPTFOO}`);
  const program = join(folder, "node_modules", "promptfoo", "dist", "src", "entrypoint.js");
  return onDemand(options, { folder, program, packages: [`promptfoo@${PROMPTFOO}`] });
}

/** The agent framework with its memory in a LibSQL file, installed in the same way. Its program is a library's file. */
export function mastra(options: { readonly mayInstall: boolean }): Peer | undefined {
  const folder = peerFolder(`mastra-${MASTRA.core}`);
  const program = join(folder, "node_modules", "@mastra", "memory", "package.json");
  const packages = Object.entries(MASTRA).map(([name, version]) => `@mastra/${name}@${version}`);
  return onDemand(options, { folder, program, packages });
}

interface OnDemand {
  readonly folder: string;
  readonly program: string;
  readonly packages: readonly string[];
}

function peerFolder(name: string): string {
  return join(tmpdir(), "aegis-bench-peers", name);
}

function onDemand({ mayInstall }: { readonly mayInstall: boolean }, wanted: OnDemand): Peer | undefined {
  const { folder, program, packages } = wanted;
  const peer = { program, folder: join(folder, "node_modules") };
  if (existsSync(program) || !mayInstall) return found(peer);
  try {
    install(packages, folder);
  } catch (error) {
    const why = (error as Error).message.split("\n")[0];
    say(`${packages.join(", ")} could not be installed, so it is not measured: ${why}`);
  }
  return found(peer);
}

/** Into a folder beside it first, so that an install that broke off is never taken for a whole one. */
function install(packages: readonly string[], folder: string): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    writeFileSync(join(unfinished, "package.json"), JSON.stringify({ name: "peer", private: true }));
    say(`installing ${packages.join(", ")} into ${folder}, once`);
    const words = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
    execFileSync("npm", words, { cwd: unfinished, stdio: ["ignore", "ignore", "pipe"], timeout: INSTALL_TIMEOUT_MS });
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function found(peer: Peer): Peer | undefined {
  return existsSync(peer.program) ? peer : undefined;
}
