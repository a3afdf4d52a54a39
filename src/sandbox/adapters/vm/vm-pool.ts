import { randomBytes } from "node:crypto";
import { ANSWER, ORDER } from "../../vm-guest/frames.ts";
import type { PrepareOrder, RefreshOrder } from "../../vm-guest/orders.ts";
import { plainOrder } from "./plain-order.ts";
import { lost } from "./machine-monitor.ts";
import { type Machine, restoreMachine, type RestorePlace } from "./restore-machine.ts";
import type { VmTemplate } from "./vm-template.ts";

const WAKE_MS = 20_000;
const TRIES = 3;
// Numbers of the first two orders; those of a sandbox come after.
const REFRESH_ID = 1;
const PREPARE_ID = 2;

/** What a machine has before anybody asked for more. */
export interface Furnishing {
  readonly image: string;
  readonly mounts: PrepareOrder["mounts"];
}

/** Idle machines with one drive of mounts, kept ready so that nobody waits for a restore. */
export interface VmPool {
  take(furnishing: Furnishing): Promise<Machine>;
  close(): Promise<void>;
}

export function openPool(template: VmTemplate, place: Omit<RestorePlace, "mounts">, size: number): VmPool {
  let kept: { furnishing: Furnishing | undefined; machines: Promise<Machine>[] } = {
    furnishing: undefined,
    machines: [],
  };
  let isClosed = false;
  const restoring = new Set<Promise<Machine>>();
  const restore = (furnishing: Furnishing) => {
    const machine = freshMachine(template, place, furnishing);
    restoring.add(machine);
    machine.then(
      () => restoring.delete(machine),
      () => restoring.delete(machine),
    );
    return machine;
  };
  const end = async (machines: readonly Promise<Machine>[]) => {
    const settled = await Promise.allSettled(machines);
    const ready = settled.filter((each) => each.status === "fulfilled");
    await Promise.all(ready.map(({ value }) => value.end("the pool was closed")));
  };
  const refill = () => {
    while (!isClosed && kept.furnishing && kept.machines.length < size) {
      const machine = restore(kept.furnishing);
      machine.catch(() => undefined);
      kept.machines.push(machine);
    }
  };
  return {
    take: async (furnishing) => {
      if (isClosed) throw lost("the provider was closed");
      if (kept.furnishing?.image !== furnishing.image) {
        void end(kept.machines);
        kept = { furnishing, machines: [] };
      }
      const ready = kept.machines.shift();
      const machine = await (ready ?? restore(furnishing));
      // After this trial has begun: what refills the pool takes its processor.
      setImmediate(refill);
      return machine.isAlive() ? machine : await restore(furnishing);
    },
    close: async () => {
      isClosed = true;
      await end([...kept.machines, ...restoring]);
    },
  };
}

/** Restored, made different from all others, and furnished. One that hangs on its first word is given up for another. */
async function freshMachine(
  template: VmTemplate,
  place: Omit<RestorePlace, "mounts">,
  { image, mounts }: Furnishing,
): Promise<Machine> {
  for (let attempt = 1; ; attempt += 1) {
    const machine = await restoreMachine(template, { ...place, mounts: image });
    const timer = setTimeout(() => void machine.end("the guest does not wake"), WAKE_MS);
    const refresh: RefreshOrder = { timeMs: Date.now(), entropy: randomBytes(64).toString("hex") };
    const problem = await furnish(machine, refresh, plainOrder(mounts));
    clearTimeout(timer);
    if (problem === "") return machine;
    await machine.end(problem);
    if (attempt === TRIES) throw lost(problem);
  }
}

/**
 * Both orders at once: the guest takes them in turn.
 *
 * @returns what went wrong; empty when nothing did
 */
async function furnish(machine: Machine, refresh: RefreshOrder, order: PrepareOrder): Promise<string> {
  const answered = new Promise<string>((done) => {
    machine.onAnswer(({ kind, id, bytes }) => {
      if (kind !== ANSWER.prepared) done(bytes.toString("utf8").slice(0, 300) || "the guest answers something else");
      else if (id === PREPARE_ID) done("");
    });
  });
  machine.order(ORDER.refresh, REFRESH_ID, Buffer.from(JSON.stringify(refresh)));
  machine.order(ORDER.prepare, PREPARE_ID, Buffer.from(JSON.stringify(order)));
  return await Promise.race([answered, machine.ended]);
}
