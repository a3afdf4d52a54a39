import { randomBytes } from "node:crypto";
import { ANSWER, ORDER } from "../../vm-guest/frames.ts";
import type { RefreshOrder } from "../../vm-guest/orders.ts";
import { lost } from "./machine-monitor.ts";
import { type Machine, restoreMachine, type RestorePlace } from "./restore-machine.ts";
import type { VmTemplate } from "./vm-template.ts";

const REFRESH_MS = 20_000;
const TRIES = 3;

/** Idle machines with one drive of mounts, kept ready so that nobody waits for a restore. */
export interface VmPool {
  take(mounts: string): Promise<Machine>;
  close(): Promise<void>;
}

export function openPool(template: VmTemplate, place: Omit<RestorePlace, "mounts">, size: number): VmPool {
  let kept: { mounts: string; machines: Promise<Machine>[] } = { mounts: "", machines: [] };
  let isClosed = false;
  const restoring = new Set<Promise<Machine>>();
  const restore = (mounts: string) => {
    const machine = freshMachine(template, { ...place, mounts });
    restoring.add(machine);
    machine.then(
      () => restoring.delete(machine),
      () => restoring.delete(machine),
    );
    return machine;
  };
  const end = async (machines: readonly Promise<Machine>[]) => {
    const settled = await Promise.allSettled(machines);
    await Promise.all(settled.map((each) => each.status === "fulfilled" && each.value.end("the pool was closed")));
  };
  const refill = () => {
    while (!isClosed && kept.machines.length < size) {
      const machine = restore(kept.mounts);
      machine.catch(() => undefined);
      kept.machines.push(machine);
    }
  };
  return {
    take: async (mounts) => {
      if (isClosed) throw lost("the provider was closed");
      if (kept.mounts !== mounts) {
        void end(kept.machines);
        kept = { mounts, machines: [] };
      }
      const ready = kept.machines.shift();
      const machine = await (ready ?? restore(mounts));
      // After this trial has begun: what refills the pool takes its processor.
      setImmediate(refill);
      return machine.isAlive() ? machine : await restore(mounts);
    },
    close: async () => {
      isClosed = true;
      await end([...kept.machines, ...restoring]);
    },
  };
}

/** Restored, and made different from all others. A machine that hangs on its first word is given up for another. */
async function freshMachine(template: VmTemplate, place: RestorePlace): Promise<Machine> {
  for (let attempt = 1; ; attempt += 1) {
    const machine = await restoreMachine(template, place);
    const timer = setTimeout(() => void machine.end("the guest does not wake"), REFRESH_MS);
    const answered = new Promise<string>((done) => {
      machine.onAnswer(({ kind, bytes }) => done(kind === ANSWER.prepared ? "" : bytes.toString("utf8").slice(0, 300)));
    });
    const order: RefreshOrder = { timeMs: Date.now(), entropy: randomBytes(64).toString("hex") };
    machine.order(ORDER.refresh, 1, Buffer.from(JSON.stringify(order)));
    const problem = await Promise.race([answered, machine.ended]);
    clearTimeout(timer);
    if (problem === "") return machine;
    await machine.end(problem);
    if (attempt === TRIES) throw lost(problem);
  }
}
