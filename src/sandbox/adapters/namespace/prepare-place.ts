import { DEFAULT_SANDBOX_LIMITS } from "../../sandbox-limits.ts";
import type { SandboxOptions } from "../../sandbox.ts";
import { removeTree } from "../remove-tree.ts";
import type { System } from "./copy-system.ts";
import { holdPlace } from "./hold-place.ts";
import { makeRoot } from "./make-root.ts";
import { neededPrograms } from "./needed-programs.ts";
import { openDoors } from "./open-doors.ts";
import type { OuterUser } from "./outer-user.ts";
import { planMounts } from "./plan-mounts.ts";
import { makeGroup } from "./resource-group.ts";
import type { InsideOptions } from "./run-inside.ts";

/**
 * Everything one sandbox has on this machine before its first program.
 *
 * @returns how programs enter it, and what takes it away again, in the opposite order
 * @throws {AegisError} "sandbox.unavailable", "sandbox.spawn_failed" or "sandbox.bad_workspace", with nothing left behind
 */
export async function preparePlace(
  options: SandboxOptions,
  user: OuterUser,
  system: System,
): Promise<{ readonly inside: InsideOptions; readonly made: AsyncDisposableStack }> {
  const programs = neededPrograms();
  const limits = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
  await using made = new AsyncDisposableStack();
  const root = makeRoot(user);
  made.defer(() => removeTree(root.path));
  const bound = user.isDropped ? root.bound : undefined;
  const plan = planMounts([{ path: process.execPath }, ...(options.mounts ?? [])], {
    bound,
    nothing: `${root.box}/nothing`,
  });
  const group = makeGroup(limits);
  made.defer(() => group.close());
  const place = await holdPlace({
    programs,
    user,
    box: root.box,
    workspaceBytes: limits.workspaceBytes,
    files: options.files ?? [],
    bound,
    boundByRoot: plan.boundByRoot,
  });
  made.defer(() => place.close());
  const ports = options.doors ?? [];
  const doors = await openDoors(root.doors, ports, user);
  made.defer(() => doors.close());
  const inside = {
    entry: { programs, user, holderId: place.processId, entrances: group.entrances },
    system,
    box: root.box,
    mounts: plan.arguments,
    limits,
    doors: ports.length === 0 ? undefined : { folder: root.doors, sockets: doors.sockets },
  };
  return { inside, made: made.move() };
}
