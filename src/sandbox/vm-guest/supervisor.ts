// Resident in every virtual machine: takes orders over one port, carries doors over the other. Draws no randomness.
import { openSync, read, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { carryDoors } from "./carry-doors.ts";
import { ANSWER, encodeFrame, type Frame, frameReader, ORDER } from "./frames.ts";
import { startKeeper } from "./guest-keeper.ts";
import type { PrepareOrder, RefreshOrder, RunOrder } from "./orders.ts";
import { prepareGuest, refreshGuest } from "./prepare-guest.ts";
import { runProgram, type RunningProgram } from "./run-program.ts";
import { collectArchive, writeArchive } from "./guest-workspace.ts";

const control = openSync("/dev/vport0p1", "r+");
const doors = openSync("/dev/vport0p2", "r+");
const running = new Map<number, RunningProgram>();
/** What nearly every sandbox has: done before there are clones. */
const plain = JSON.parse(readFileSync("/aegis/plain-order.json", "utf8")) as PrepareOrder;
let prepared: PrepareOrder | undefined;
let archive: Buffer[] = [];

const keeper = startKeeper();

function say(kind: number, id: number, bytes?: Uint8Array): void {
  writeWhole(control, encodeFrame(kind, id, bytes));
}

function sayJson(kind: number, id: number, value: unknown): void {
  say(kind, id, Buffer.from(JSON.stringify(value)));
}

/** The kernel takes a piece and holds us until the host took it: that is the flow control. */
function writeWhole(port: number, frame: Uint8Array): void {
  for (let at = 0; at < frame.length;) at += writeSync(port, frame, at);
}

async function obey(frame: Frame): Promise<void> {
  const { kind, id, bytes } = frame;
  switch (kind) {
    case ORDER.prepare: {
      prepare(frame);
      for (const port of prepared?.doors ?? []) await openDoor(port);
      return say(ANSWER.prepared, id);
    }
    case ORDER.file:
      if (bytes.length > 0) return void archive.push(Buffer.from(bytes));
      await writeArchive(folder(), archive);
      archive = [];
      return say(ANSWER.prepared, id);
    case ORDER.run: {
      const order = JSON.parse(bytes.toString("utf8")) as RunOrder;
      const program = runProgram(order, { id, workspace: folder(), seed: prepared?.seed, say, sayJson });
      running.set(id, program);
      return void program.ended.finally(() => running.delete(id));
    }
    case ORDER.input:
      return running.get(id)?.input(bytes);
    case ORDER.kill:
      return running.get(id)?.kill();
    case ORDER.collect:
      return await collectArchive(folder(), (piece) => say(ANSWER.archive, id, piece));
  }
}

function prepare({ bytes }: Frame): void {
  prepared = JSON.parse(bytes.toString("utf8")) as PrepareOrder;
  prepareGuest(prepared, plain, keeper);
}

/**
 * The first two orders of a clone, which make it one of its own and furnish it: taken without the event loop, because the
 * first use of anything is what an emulated machine takes longest for. They open no doors.
 */
function obeyFirst(): void {
  const piece = Buffer.allocUnsafe(64 * 1024);
  const read = frameReader((frame) => {
    try {
      if (frame.kind === ORDER.refresh) refreshGuest(JSON.parse(frame.bytes.toString("utf8")) as RefreshOrder, keeper);
      if (frame.kind !== ORDER.prepare) return;
      prepare(frame);
      say(ANSWER.prepared, frame.id);
    } catch (error) {
      prepared ??= plain;
      sayJson(ANSWER.failed, frame.id, { kind: "guest", message: (error as Error).message });
    }
  });
  while (prepared === undefined) {
    const count = readSync(control, piece);
    if (count > 0) read(piece.subarray(0, count));
    // Nobody is on the other side yet.
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

function folder(): string {
  if (!prepared) throw new Error("not prepared yet");
  return prepared.workspace;
}

function listen(port: number, onPiece: (piece: Buffer) => void): void {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  const next = () =>
    read(port, buffer, 0, buffer.length, null, (error, count) => {
      if (error) return void setTimeout(next, 100);
      if (count > 0) onPiece(Buffer.from(buffer.subarray(0, count)));
      // Nobody is on the other side yet.
      if (count === 0) setTimeout(next, 5);
      else next();
    });
  next();
}

let lastOrder = Promise.resolve();
const readOrders = frameReader((frame) => {
  // Kills and input overtake nothing, yet wait for nobody: only what changes the machine goes in line.
  if (frame.kind === ORDER.kill) return running.get(frame.id)?.kill();
  const copy = { ...frame, bytes: Buffer.from(frame.bytes) };
  lastOrder = lastOrder
    .then(() => obey(copy))
    .catch((error: Error) => {
      sayJson(ANSWER.failed, frame.id, { kind: "guest", message: error.message });
    });
});
const { openDoor, onFrame } = carryDoors((frame) => writeWhole(doors, frame));

/** What is needed in every clone is read and compiled before there are any. */
function warmUp(): void {
  const order = {
    command: ["/bin/true"],
    env: {},
    outputBytesMax: 1,
    openFilesMax: 64,
    memoryBytes: 64 << 20,
    processCountMax: 8,
  };
  const program = runProgram(order, {
    id: 0,
    workspace: "/",
    seed: undefined,
    say: () => undefined,
    sayJson: () => undefined,
  });
  program.input(Buffer.alloc(0));
  void program.ended.then(async () => {
    refreshGuest({ timeMs: Date.now(), entropy: "00".repeat(64) }, keeper);
    prepareGuest(plain, undefined, keeper);
    for (let round = 0; round < 50; round += 1) readOrders(encodeFrame(0, 0, Buffer.from("{}")));
    await lastOrder;
    writeFileSync("/proc/sys/vm/drop_caches", "3");
    const node = readFileSync("/aegis/node-path", "utf8").trim();
    for (let round = 0; round < 2; round += 1) execFileSync(node, ["-e", "process.stdout.write('')"]);
    say(ANSWER.ready, 0);
    obeyFirst();
    listen(control, readOrders);
    listen(doors, frameReader(onFrame));
  });
}

warmUp();
