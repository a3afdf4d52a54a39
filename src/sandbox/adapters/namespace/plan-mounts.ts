import { existsSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { AegisError } from "../../../kernel/index.ts";
import type { SandboxMount } from "../../sandbox.ts";
import { type Reach, reachOf } from "./outer-user.ts";

export interface MountPlan {
  /** Of bwrap. */
  readonly arguments: readonly string[];
  /** Places that root has to bind first, because only root gets there; the index is the name it is bound under. */
  readonly boundByRoot: readonly string[];
}

interface Beside {
  /** Where the places that root binds will lie; undefined when we are not root. */
  readonly bound: string | undefined;
  /** An empty file. */
  readonly nothing: string;
}

/**
 * Mounts, outer before inner, each with its hidden places covered.
 *
 * @throws {AegisError} "sandbox.unavailable" for a place that the sandbox's user may not read
 */
export function planMounts(mounts: readonly SandboxMount[], { bound, nothing }: Beside): MountPlan {
  const boundByRoot: string[] = [];
  const show = ({ path }: SandboxMount): Step => {
    const reach = bound === undefined && existsSync(path) ? "open" : reachOf(path);
    assertReadable(path, reach);
    const source = realpathSync(path);
    if (bound === undefined || reach === "open") return { path, words: ["--ro-bind", source, path], after: [] };
    boundByRoot.push(source);
    return { path, words: ["--ro-bind", join(bound, String(boundByRoot.length - 1)), path], after: [] };
  };
  const wanted = mounts.filter(({ path }) => !isSystem(path));
  const shown = wanted.toSorted(byPath).map(show);
  const hidden = wanted.flatMap((mount) => (mount.hidden ?? []).flatMap((path) => hide(path, mount, nothing)));
  const steps = [...shown, ...hidden].toSorted(byPath);
  return {
    arguments: [...steps.flatMap(({ words }) => words), ...steps.flatMap(({ after }) => after)],
    boundByRoot,
  };
}

interface Step {
  readonly path: string;
  readonly words: readonly string[];
  /** After everything is in its place. */
  readonly after: readonly string[];
}

/** A folder becomes an empty one, in which a mount further in may still lie; a file becomes an empty one. */
function hide(path: string, mount: SandboxMount, nothing: string): Step[] {
  if (!existsSync(path)) return [];
  // Of a link it is the target that must not be read, when that is to be seen at all.
  const way = relative(realpathSync(mount.path), realpathSync(path));
  if (way === "" || way.startsWith("..")) return [];
  const place = join(mount.path, way);
  if (!statSync(path).isDirectory()) return [{ path: place, words: ["--ro-bind", nothing, place], after: [] }];
  return [{ path: place, words: ["--size", "65536", "--tmpfs", place], after: ["--remount-ro", place] }];
}

function isSystem(path: string): boolean {
  return path === "/usr" || path.startsWith("/usr/");
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

function assertReadable(path: string, reach: Reach): void {
  if (reach === "missing") {
    throw new AegisError("sandbox.spawn_failed", `there is no ${path} to mount`, { fix: "Mount what is there." });
  }
  if (reach !== "unreadable") return;
  throw new AegisError("sandbox.unavailable", `isolation "namespace": ${path} is readable by root only`, {
    fix: `Sandboxes never run as root. Let others read it (chmod -R o+rX ${path}), or run aegis as the user who owns it.`,
  });
}
