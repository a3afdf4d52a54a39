import { PassThrough } from "node:stream";
import { AegisError } from "../../../kernel/index.ts";
import { ANSWER, encodePieces, type Frame, ORDER } from "../../vm-guest/frames.ts";
import type { GuestFailure } from "../../vm-guest/orders.ts";
import { readWorkspace } from "../../workspace/read-workspace.ts";
import { lost } from "./machine-monitor.ts";
import type { Machine } from "./restore-machine.ts";
import { type GuestRun } from "./run-in-guest.ts";

/** Longer than the largest workspace takes under emulation on a busy machine. */
const ANSWER_MS = 120_000;

/** Who asked gets the answer: every order has a number of its own. */
export function converse(machine: Machine) {
  const takers = new Map<number, (frame: Frame) => void>();
  let lastId = 10;
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
  return lost(
    `the guest refuses: ${String((JSON.parse(bytes.toString("utf8")) as GuestFailure).message).slice(0, 300)}`,
  );
}

function badArchive(bytes: Buffer): AegisError {
  return new AegisError("sandbox.bad_workspace", refusal(bytes).message);
}
