import { AegisError, LIMITS } from "../../../kernel/index.ts";
import { DEFAULT_SANDBOX_LIMITS } from "../../sandbox-limits.ts";
import type { ProgramEnd, Sandbox, SandboxLimits, SandboxOptions, SandboxProvider } from "../../sandbox.ts";
import { removeTree } from "../remove-tree.ts";
import { collectInside } from "./collect-inside.ts";
import { copySystem, type System } from "./copy-system.ts";
import { holdPlace } from "./hold-place.ts";
import { makeRoot } from "./make-root.ts";
import { neededPrograms } from "./needed-programs.ts";
import { openDoors } from "./open-doors.ts";
import { type OuterUser, outerUser } from "./outer-user.ts";
import { planMounts } from "./plan-mounts.ts";
import { groupHome, makeGroup } from "./resource-group.ts";
import { runInside } from "./run-inside.ts";
import { WORKSPACE } from "./wall-arguments.ts";

/** Files, folders and links of a sandbox's memory file system: each takes the kernel's memory, whatever its size. */
const INODES_MAX = 10 * LIMITS.workspaceFilesMax;

/**
 * Linux namespaces by bubblewrap, never as root: own users, processes, mounts, network, names; a filter of system calls;
 * limits of the kernel. All sandboxes share the machine's kernel: whoever breaks that is out.
 */
export function namespaceSandboxProvider(): SandboxProvider {
  const user = outerUser();
  let system: System | undefined;
  return {
    level: "namespace",
    abilities: {
      killsWholeTree: true,
      diesWithParent: true,
      network: "doors",
      get limitsWholeTree() {
        return groupHome().limitedBy !== "prlimit";
      },
      canSeed: false,
    },
    open: async (options) => openSandbox(options, user, (system ??= copySystem(user))),
    [Symbol.asyncDispose]: async () => system?.remove(),
  };
}

async function openSandbox(options: SandboxOptions, user: OuterUser, system: System): Promise<Sandbox> {
  const programs = neededPrograms();
  const limits = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
  // Whatever was made goes in the opposite order, also when the next step fails.
  await using made = new AsyncDisposableStack();
  const root = makeRoot(user);
  made.defer(() => removeTree(root.path));
  const bound = user.isDropped ? root.bound : undefined;
  const plan = planMounts([{ path: process.execPath }, ...(options.mounts ?? [])], {
    bound,
    nothing: `${root.box}/nothing`,
  });
  const group = makeLimits(limits);
  made.defer(() => group.close());
  const place = await holdPlace({
    ...{ programs, user, bound, boundByRoot: plan.boundByRoot, box: root.box, files: options.files ?? [] },
    ...{ workspaceBytes: limits.workspaceBytes, inodesMax: INODES_MAX },
  });
  made.defer(() => place.close());
  const ports = options.doors ?? [];
  const doors = await openDoors(root.doors, ports, user);
  made.defer(() => doors.close());
  const entry = { programs, user, holderId: place.processId, entrances: group.entrances };
  const inside = {
    ...{ entry, system, box: root.box, mounts: plan.arguments, limits },
    doors: ports.length === 0 ? undefined : { folder: root.doors, sockets: doors.sockets },
  };
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const follow = <Value>(work: Promise<Value>): Promise<Value> => {
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    running.add(ended);
    void ended.then(() => running.delete(ended));
    return work;
  };
  made.defer(async () => {
    closing.abort();
    await Promise.all(running);
  });
  const kept = made.move();
  return {
    workspace: WORKSPACE,
    facts: {
      level: "namespace",
      limits: { ...limits, workspaceInodesMax: INODES_MAX },
      limitedBy: groupHome().limitedBy,
    },
    run: (program): Promise<ProgramEnd> => {
      const signal = AbortSignal.any([closing.signal, ...(program.signal ? [program.signal] : [])]);
      return follow(runInside({ ...program, signal }, inside));
    },
    collect: () => follow(collectInside(entry, inside)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function makeLimits(limits: SandboxLimits) {
  try {
    return makeGroup(limits);
  } catch (cause) {
    throw new AegisError("sandbox.spawn_failed", `no resource group: ${(cause as Error).message}`, { cause });
  }
}
