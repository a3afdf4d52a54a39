import { badWorkspace } from "../../workspace/bad-workspace.ts";
import { readWorkspace } from "../../workspace/read-workspace.ts";
import type { WorkspaceEntry } from "../../workspace/workspace-entry.ts";
import { captureOutput } from "../capture-output.ts";
import type { System } from "./copy-system.ts";
import { type Entry, enterPlace } from "./enter-place.ts";
import { WORKSPACE } from "./wall-arguments.ts";

const COLLECT_TIMEOUT_MS = 120_000;
const SAID_BYTES_MAX = 300;

/** The machine's own tar, behind a wall like a program's: whatever a link or a race leads to, it is inside. */
export async function collectInside(
  entry: Entry,
  place: { readonly system: System; readonly box: string },
): Promise<readonly WorkspaceEntry[]> {
  const wall = { ...place, mounts: [], doors: undefined, env: { PATH: "/usr/bin:/bin" }, isCollecting: true };
  const words = ["-c", "-f", "-", "--format=gnu", "--hard-dereference", "--one-file-system", "-C", WORKSPACE, "."];
  const child = enterPlace(entry, wall, [entry.programs.tar, ...words]);
  const timer = setTimeout(() => child.kill("SIGKILL"), COLLECT_TIMEOUT_MS);
  const ended = new Promise<number | null>((done, fail) => {
    child.once("exit", done);
    child.once("error", fail);
  });
  const said = captureOutput(child.stderr, SAID_BYTES_MAX);
  child.stdin?.end();
  try {
    const entries = await readWorkspace(child.stdout!);
    child.stdout?.resume();
    if ((await ended) !== 0) throw badWorkspace(`could not be packed: ${said.captured().text.trim()}`);
    return entries;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    for (const stream of child.stdio) stream?.destroy();
    await ended.catch(() => undefined);
  }
}
