import { chownSync, mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AegisError } from "../../../kernel/index.ts";
import { sweepWorkspaces, WORKSPACE_PREFIX } from "../sweep-workspaces.ts";
import { type OuterUser, reachOf } from "./outer-user.ts";

/** A sandbox's folder on this machine: empty mount points and the doors' sockets, never a file of a program. */
export interface Root {
  readonly path: string;
  readonly box: string;
  readonly doors: string;
  readonly bound: string;
}

/** Once per folder of this process: what earlier runners left when they were killed. */
const swept = new Set<string>();

export function makeRoot(user: OuterUser): Root {
  const path = makeFolder(user);
  const root = { path, box: join(path, "box"), doors: join(path, "doors"), bound: join(path, "bound") };
  for (const place of [root.box, root.doors, root.bound]) {
    mkdirSync(place, { mode: 0o700 });
    if (user.isDropped) chownSync(place, user.uid, user.gid);
  }
  return root;
}

/** A fresh folder of the user who runs bwrap; nobody else may enter it. */
export function makeFolder(user: OuterUser): string {
  try {
    const place = user.isDropped && reachOf(join(tmpdir(), ".")) !== "open" ? "/tmp" : tmpdir();
    if (!swept.has(place)) void sweepWorkspaces(place).catch(() => 0);
    swept.add(place);
    const path = realpathSync(mkdtempSync(join(place, `${WORKSPACE_PREFIX}${process.pid}-`)));
    if (user.isDropped) chownSync(path, user.uid, user.gid);
    return path;
  } catch (cause) {
    throw new AegisError("sandbox.spawn_failed", `no temporary folder: ${(cause as Error).message}`, { cause });
  }
}
