import type { SandboxFacts } from "../../../domain/index.ts";
import type { Sandbox, SandboxLimits, SandboxOptions } from "../../sandbox.ts";
import { ORDER } from "../../vm-guest/frames.ts";
import { packWorkspace } from "../../workspace/pack-workspace.ts";
import { WORKSPACE_LIMITS } from "../../workspace/workspace-limits.ts";
import { lost } from "./machine-monitor.ts";
import type { Machine } from "./restore-machine.ts";
import { runInGuest } from "./run-in-guest.ts";
import { serveDoors } from "./serve-doors.ts";
import type { VmTemplate } from "./vm-template.ts";
import { effectiveLimits, plainOrder, WORKSPACE } from "./plain-order.ts";
import { converse } from "./converse-with-guest.ts";

/** A restored machine as a sandbox. */
export async function openVmSandbox(machine: Machine, options: SandboxOptions, template: VmTemplate): Promise<Sandbox> {
  const talk = converse(machine);
  const limits = effectiveLimits(options, template.memoryBytes);
  const { doors = [], seed, files = [] } = options;
  const archive = files.length > 0 ? Buffer.concat([...packWorkspace(files)]) : undefined;
  serveDoors(machine, doors);
  if (doors.length > 0 || seed !== undefined || limits.workspaceBytes !== plainOrder([]).workspaceBytes) {
    const { workspaceBytes } = limits;
    const order = { ...plainOrder([]), doors, workspaceBytes, ...(seed !== undefined && { seed }) };
    await talk.ask(ORDER.prepare, Buffer.from(JSON.stringify(order)));
  }
  if (archive) await talk.ask(ORDER.file, archive);
  return {
    workspace: WORKSPACE,
    facts: facts(limits, template),
    run: async (program) => {
      if (!machine.isAlive()) throw lost(await machine.ended);
      return await talk.run((id) => runInGuest(machine, id, { program, limits }));
    },
    collect: async () => {
      if (!machine.isAlive()) throw lost(await machine.ended);
      return await talk.collect({ ...WORKSPACE_LIMITS, bytesMax: limits.workspaceBytes });
    },
    [Symbol.asyncDispose]: () => machine.end("the sandbox was closed"),
  };
}

function facts(limits: SandboxLimits, { accelerator }: VmTemplate): SandboxFacts {
  return { level: "vm", limits: { ...limits }, limitedBy: "cgroup v2 of the guest", accelerator };
}
