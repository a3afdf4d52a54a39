import { statSync } from "node:fs";
import { dirname } from "node:path";

/** Who runs bwrap: never root, whose rights would reach through /proc. */
export interface OuterUser {
  readonly uid: number;
  readonly gid: number;
  /** We are root, and become somebody else first. */
  readonly isDropped: boolean;
}

/** `nobody`, which every Linux has and every user namespace of a container maps. */
const NOBODY = 65_534;

export function outerUser(): OuterUser {
  const uid = process.getuid?.() ?? NOBODY;
  const gid = process.getgid?.() ?? NOBODY;
  return uid === 0 ? { uid: NOBODY, gid: NOBODY, isDropped: true } : { uid, gid, isDropped: false };
}

/** `closed-way`: the place itself may be read by all, a folder above it may not be entered. */
export type Reach = "open" | "closed-way" | "unreadable" | "missing";

/** Whether the user we drop to can read a place that root can. */
export function reachOf(path: string): Reach {
  const place = statSync(path, { throwIfNoEntry: false });
  if (!place) return "missing";
  const wanted = place.isDirectory() ? 0o005 : 0o004;
  if ((place.mode & wanted) !== wanted) return "unreadable";
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return "closed-way";
    if (at === dirname(at)) return "open";
  }
}
