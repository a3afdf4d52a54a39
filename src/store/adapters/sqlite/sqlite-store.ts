import type { EvalRun, NewEvent, RunEvent, Trial } from "../../../domain/index.ts";
import { AegisError, type Id, invariant, LIMITS } from "../../../kernel/index.ts";
import { AppendListeners } from "../../append-listeners.ts";
import { decodeEvent } from "../../decode-event.ts";
import { encodeEvent } from "../../encode-event.ts";
import { decodeEvalRun, encodeEvalRun } from "../../eval-run-row.ts";
import { readBack } from "../../read-back.ts";
import type { EvalStore, LogStore, Store } from "../../store.ts";
import { assertKey, type StoredRow } from "../../stored-row.ts";
import { decodeTrial, encodeTrial } from "../../trial-row.ts";
import type { WorkerLink } from "./worker-link.ts";

interface SqliteParts {
  readonly link: WorkerLink;
  /** To come before the writer's end. */
  readonly closeReader: () => Promise<void>;
  readonly path: string;
  /** Let go of when the store is closed. */
  readonly locks: AsyncDisposable;
}

/** The logs and the evals; what the runtime asks comes beside it, from `sqlRuntimeStore`. */
export class SqliteStore implements LogStore, EvalStore, AsyncDisposable {
  readonly #link: WorkerLink;
  readonly #closeReader: () => Promise<void>;
  readonly #path: string;
  readonly #locks: AsyncDisposable;
  readonly #listeners = new AppendListeners();

  constructor({ link, closeReader, path, locks }: SqliteParts) {
    this.#link = link;
    this.#closeReader = closeReader;
    this.#path = path;
    this.#locks = locks;
  }

  async append(runId: Id<"run">, events: readonly NewEvent[], expectedSeq: number): Promise<number> {
    assertKey(runId, "The run's id");
    const cells: (string | number)[] = [];
    const asRead = events.map((event, index) => {
      const encoded = encodeEvent(event);
      cells.push(encoded.type, encoded.atMs, encoded.witness, encoded.body);
      return readBack(event, encoded, expectedSeq + index);
    });
    await this.#link.call("append", { runId, expectedSeq, cells });
    const nextSeq = expectedSeq + events.length;
    this.#listeners.tell(runId, nextSeq, () => asRead.map((event) => event()));
    return nextSeq;
  }

  async read(runId: Id<"run">, page: { readonly fromSeq?: number; readonly limit?: number } = {}): Promise<RunEvent[]> {
    const { fromSeq = 0, limit = LIMITS.trialEventsMax } = page;
    const rows = await this.#link.call("readEvents", { runId, fromSeq, limit });
    return this.#decode(rows, decodeEvent);
  }

  onAppend(...[runId, listener]: Parameters<LogStore["onAppend"]>): () => void {
    return this.#listeners.add(runId, listener);
  }

  async createEvalRun(run: EvalRun): Promise<void> {
    await this.#link.call("createEvalRun", encodeEvalRun(run));
  }

  async updateEvalRun(run: EvalRun): Promise<void> {
    await this.#link.call("updateEvalRun", encodeEvalRun(run));
  }

  async findEvalRun(idOrName: string): Promise<EvalRun | undefined> {
    const row = await this.#link.call("findEvalRun", idOrName);
    return this.#decode(row === null ? [] : [row], decodeEvalRun)[0];
  }

  async listEvalRuns({ limit, suite, before }: Parameters<Store["listEvalRuns"]>[0]): Promise<EvalRun[]> {
    invariant(limit >= 1 && limit <= LIMITS.pageRowsMax, "whoever asks bounds the page");
    const rows = await this.#link.call("listEvalRuns", { limit, suite: suite ?? null, before: before ?? null });
    return this.#decode(rows, decodeEvalRun);
  }

  async removeEvalRun(id: Id<"eval-run">): Promise<void> {
    await this.#link.call("removeEvalRun", id);
  }

  async saveTrial(trial: Trial): Promise<void> {
    await this.#link.call("saveTrial", encodeTrial(trial));
  }

  async removeTrial(id: Id<"trial">): Promise<void> {
    await this.#link.call("removeTrial", id);
  }

  async listTrials(evalRunId: Id<"eval-run">): Promise<Trial[]> {
    const rows = await this.#link.call("listTrials", evalRunId);
    return this.#decode(rows, decodeTrial);
  }

  async findTrial(id: string): Promise<Trial | undefined> {
    const row = await this.#link.call("findTrial", id);
    return this.#decode(row === null ? [] : [row], decodeTrial)[0];
  }

  async setBaseline(baseline: Parameters<Store["setBaseline"]>[0]): Promise<void> {
    assertKey(baseline.suite, "The suite's name");
    assertKey(baseline.name, "The baseline's name");
    await this.#link.call("setBaseline", baseline);
  }

  async findBaseline(suite: string, name: string): Promise<Id<"eval-run"> | undefined> {
    const id = await this.#link.call("findBaseline", { suite, name });
    return id === null ? undefined : (id as Id<"eval-run">);
  }

  async flush(): Promise<void> {
    await this.#link.call("flush", null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#closeReader();
      await this.#link.close();
    } finally {
      await this.#locks[Symbol.asyncDispose]();
    }
  }

  /** What a row holds is checked before anybody relies on it; the complaint names the file. */
  #decode<Value>(rows: readonly StoredRow[], decode: (row: StoredRow) => Value): Value[] {
    try {
      return rows.map(decode);
    } catch (cause) {
      if (!(cause instanceof AegisError)) throw cause;
      const details = { ...cause.details, path: this.#path };
      throw new AegisError(cause.code, `The store ${this.#path}: ${cause.message}`, { cause, details });
    }
  }
}
