import { PassThrough } from "node:stream";
import { AegisError } from "../../../kernel/index.ts";
import type { SandboxFacts } from "../../../domain/index.ts";
import { DEFAULT_SANDBOX_LIMITS } from "../../sandbox-limits.ts";
import type { Sandbox, SandboxLimits, SandboxOptions } from "../../sandbox.ts";
import { ANSWER, encodePieces, type Frame, ORDER } from "../../vm-guest/frames.ts";
import type { GuestFailure, PrepareOrder } from "../../vm-guest/orders.ts";
import { packWorkspace } from "../../workspace/pack-workspace.ts";
import { readWorkspace } from "../../workspace/read-workspace.ts";
import { WORKSPACE_LIMITS } from "../../workspace/workspace-limits.ts";
import { lost } from "./machine-monitor.ts";
import type { Machine } from "./restore-machine.ts";
import { type GuestRun, runInGuest } from "./run-in-guest.ts";
import { serveDoors } from "./serve-doors.ts";
import type { VmTemplate } from "./vm-template.ts";

/** What the guest's kernel and supervisor keep for themselves. */
const RESERVED_BYTES = 128 * 1024 ** 2;
const WORKSPACE = "/workspace";
/** Longer than the largest workspace takes under emulation on a busy machine. */
const ANSWER_MS = 120_000;

/** A restored machine as a sandbox. */
export async function openVmSandbox(
  machine: Machine,
  options: SandboxOptions,
  template: VmTemplate,
): Promise<Sandbox> {
  const talk = converse(machine);
  const limits = effectiveLimits(options, template.memoryBytes);
  const { doors = [], seed, files = [] } = options;
  const archive = files.length > 0 ? Buffer.concat([...packWorkspace(files)]) : undefined;
  serveDoors(machine, doors);
  if (doors.length > 0 || seed !== undefined || limits.workspaceBytes !== DEFAULT_SANDBOX_LIMITS.workspaceBytes) {
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

/** What every sandbox with these mounts has, whatever else it asks for. */
export function plainOrder(mounts: PrepareOrder["mounts"]): PrepareOrder {
  return {
    mounts,
    doors: [],
    workspace: WORKSPACE,
    workspaceBytes: DEFAULT_SANDBOX_LIMITS.workspaceBytes,
    filesMax: WORKSPACE_LIMITS.filesMax,
    nodePath: process.execPath,
  };
}

function effectiveLimits(options: SandboxOptions, memoryBytes: number): SandboxLimits {
  const asked = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
  return { ...asked, memoryBytes: Math.min(asked.memoryBytes, memoryBytes - RESERVED_BYTES) };
}

function facts(limits: SandboxLimits, { accelerator }: VmTemplate): SandboxFacts {
  return { level: "vm", limits: { ...limits }, limitedBy: "cgroup v2 of the guest", accelerator };
}

/** Who asked gets the answer: every order has a number of its own. */
function converse(machine: Machine) {
  const takers = new Map<number, (frame: Frame) => void>();
  let lastId = 1;
  machine.onAnswer((frame) => takers.get(frame.id)?.(frame));
  const within = async <Value>(id: number, start: (settle: PromiseWithResolvers<Value>) => void): Promise<Value> => {
    const settle = Promise.withResolvers<Value>();
    const timer = setTimeout(() => void machine.end(`the guest does not answer within ${ANSWER_MS} ms`), ANSWER_MS);
    void machine.ended.then((why) => settle.reject(lost(why)));
    try {
      start(settle);
      return await settle.promise;
    } finally {
      clearTimeout(timer);
      takers.delete(id);
    }
  };
  const ask = async (kind: number, bytes: Uint8Array) => {
    const id = (lastId += 1);
    await within<void>(id, ({ resolve, reject }) => {
      takers.set(id, ({ kind: answer, bytes: told }) => (answer === ANSWER.failed ? reject(refusal(told)) : resolve()));
      if (kind !== ORDER.file) return machine.order(kind, id, bytes);
      for (const frame of encodePieces(kind, id, bytes)) machine.send(frame);
    });
  };
  const run = async (start: (id: number) => GuestRun) => {
    const id = (lastId += 1);
    const running = start(id);
    takers.set(id, running.take);
    try {
      return await running.end;
    } finally {
      takers.delete(id);
    }
  };
  const collect = async (limits: Parameters<typeof readWorkspace>[1]) => {
    const id = (lastId += 1);
    const stream = new PassThrough({ highWaterMark: 1 << 20 });
    return await within<Awaited<ReturnType<typeof readWorkspace>>>(id, ({ resolve, reject }) => {
      takers.set(id, ({ kind, bytes }) => {
        if (kind === ANSWER.failed) reject(badArchive(bytes));
        else if (bytes.length === 0) stream.end();
        else stream.write(Buffer.from(bytes));
      });
      readWorkspace(stream, limits).then(resolve, reject);
      machine.order(ORDER.collect, id);
    });
  };
  return { ask, run, collect };
}

function refusal(bytes: Buffer): AegisError {
  return lost(`the guest refuses: ${String((JSON.parse(bytes.toString("utf8")) as GuestFailure).message).slice(0, 300)}`);
}

function badArchive(bytes: Buffer): AegisError {
  return new AegisError("sandbox.bad_workspace", refusal(bytes).message);
}
