import type { Sandbox, SandboxOptions, SandboxProvider } from "../../sandbox.ts";
import { collectInside } from "./collect-inside.ts";
import { copySystem, type System } from "./copy-system.ts";
import { INODES_MAX } from "./hold-place.ts";
import { type OuterUser, outerUser } from "./outer-user.ts";
import { preparePlace } from "./prepare-place.ts";
import { groupHome } from "./resource-group.ts";
import { runInside } from "./run-inside.ts";
import { WORKSPACE } from "./wall-arguments.ts";

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
  const { inside, made } = await preparePlace(options, user, system);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  made.defer(async () => {
    closing.abort();
    await Promise.allSettled(running);
  });
  const follow = async <Value>(work: Promise<Value>): Promise<Value> => {
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  };
  return {
    workspace: WORKSPACE,
    facts: {
      level: "namespace",
      limits: { ...inside.limits, workspaceInodesMax: INODES_MAX },
      limitedBy: groupHome().limitedBy,
    },
    run: (program) => {
      const signal = AbortSignal.any([closing.signal, ...(program.signal ? [program.signal] : [])]);
      return follow(runInside({ ...program, signal }, inside));
    },
    collect: () => follow(collectInside(inside.entry, inside)),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}
