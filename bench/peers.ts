import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { say } from "./bench.ts";
import { ROOT } from "./project-root.ts";

const PROMPTFOO = "0.123.1";
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
  const folder = join(tmpdir(), "aegis-bench-peers", `promptfoo-${PROMPTFOO}`);
  const peer = {
    program: join(folder, "node_modules", "promptfoo", "dist", "src", "entrypoint.js"),
    folder: join(folder, "node_modules"),
  };
  if (existsSync(peer.program) || !options.mayInstall) return found(peer);
  try {
    install(`promptfoo@${PROMPTFOO}`, folder);
  } catch (error) {
    say(
      `promptfoo ${PROMPTFOO} could not be installed, so it is not measured: ${(error as Error).message.split("\n")[0]}`,
    );
  }
  return found(peer);
}

/** Into a folder beside it first, so that an install that broke off is never taken for a whole one. */
function install(packageName: string, folder: string): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    writeFileSync(join(unfinished, "package.json"), JSON.stringify({ name: "peer", private: true }));
    say(`installing ${packageName} into ${folder}, once`);
    const words = ["install", "--no-audit", "--no-fund", "--loglevel=error", packageName];
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
