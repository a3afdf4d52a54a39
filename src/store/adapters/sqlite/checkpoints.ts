import type { DatabaseSync } from "node:sqlite";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { WorkerSettings } from "./protocol.ts";

/** What the second thread is started with. */
export interface CheckpointerSettings extends Pick<WorkerSettings, "path" | "synchronous"> {
  readonly answers: MessagePort;
}

/** About one page each: every run at work has a page of its own at its log's end. */
const ROWS_PER_CHECKPOINT = 8_000;

/**
 * Carries the write-ahead log over into the database. Done by the thread that writes it takes 15 to 30 ms for 8,000 pages,
 * and everybody waits. So a second thread carries over most of it while writing goes on; what was written meanwhile, a few
 * hundred pages, is carried over here, between two commits: only then does the write-ahead log begin anew.
 */
export class Checkpoints {
  readonly #db: DatabaseSync;
  readonly #settings: WorkerSettings;
  #rows = 0;
  #thread: ReturnType<typeof startThread> | undefined;
  #isUnderWay = false;

  constructor(db: DatabaseSync, settings: WorkerSettings) {
    this.#db = db;
    this.#settings = settings;
  }

  /** To be told after each commit. */
  wrote(rows: number): void {
    this.#rows += rows;
    if (this.#isUnderWay) this.#finish();
    else if (this.#rows >= ROWS_PER_CHECKPOINT) this.#begin();
  }

  /** Whoever closes the database last removes the write-ahead log: that has to be the thread that writes. */
  async close(): Promise<void> {
    this.#thread?.worker.postMessage("close");
    await this.#thread?.ended;
  }

  #begin(): void {
    this.#thread ??= startThread(this.#settings);
    this.#thread.worker.postMessage("checkpoint");
    this.#isUnderWay = true;
    this.#rows = 0;
  }

  #finish(): void {
    if (this.#thread === undefined || receiveMessageOnPort(this.#thread.answers) === undefined) return;
    this.#isUnderWay = false;
    this.#rows = 0;
    // The commit is done whatever becomes of this: on a disk that is full the log is carried over another time.
    try {
      this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {}
  }
}

function startThread({ path, synchronous }: WorkerSettings) {
  const extension = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
  const { port1, port2 } = new MessageChannel();
  const settings: CheckpointerSettings = { path, synchronous, answers: port2 };
  const worker = new Worker(new URL(`./checkpointer.${extension}`, import.meta.url), {
    workerData: settings,
    transferList: [port2],
    execArgv: [],
    name: "aegis-store-checkpoints",
  });
  // Without it the writer's own checkpoints go on, late as they are.
  worker.on("error", () => undefined);
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.unref();
  return { worker, ended, answers: port1 };
}
