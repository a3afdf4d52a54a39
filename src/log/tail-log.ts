import type { RunEvent } from "../domain/index.ts";
import { AegisError, type Id } from "../kernel/index.ts";
import type { LogStore } from "../store/index.ts";

export interface TailOptions {
  readonly store: LogStore;
  readonly runId: Id<"run">;
  /** The first event wanted: 0, or one more than the last one seen. */
  readonly fromSeq?: number;
  readonly signal?: AbortSignal;
  /** How often to look for events that another process wrote: this process's own are announced. */
  readonly pollMs?: number;
}

/** Events held in memory at most, however slow the reader. */
const PAGE_EVENTS = 100;

/**
 * The events of a run from an offset on: those there are, then those to come, each once, until the run has ended or the
 * signal aborts. Read at the reader's pace; an announcement only says that there is something to read.
 * @throws {AegisError} "log.bad_offset" when `fromSeq` lies behind the end of the log
 */
export async function* tailLog(options: TailOptions): AsyncGenerator<RunEvent, void, undefined> {
  const { store, runId, fromSeq = 0, signal, pollMs = 500 } = options;
  const isAborted = () => signal?.aborted === true;
  if (await endsBefore(options, fromSeq)) return;
  const bell = openBell(options);
  try {
    let nextSeq = fromSeq;
    while (!isAborted()) {
      const rung = bell.next(pollMs);
      const page = await store.read(runId, { fromSeq: nextSeq, limit: PAGE_EVENTS });
      for (const event of page) {
        if (isAborted()) return;
        yield event;
        if (event.type === "run.ended") return;
        nextSeq = event.seq + 1;
      }
      if (page.length < PAGE_EVENTS) await rung;
    }
  } finally {
    bell.close();
  }
}

/** True when the event before the offset ended the run, so that nothing will ever follow. */
async function endsBefore({ store, runId }: TailOptions, fromSeq: number): Promise<boolean> {
  if (fromSeq === 0) return false;
  const [before] = await store.read(runId, { fromSeq: fromSeq - 1, limit: 1 });
  if (before !== undefined) return before.type === "run.ended";
  throw new AegisError("log.bad_offset", `The log of run ${runId} ends before offset ${fromSeq}`, {
    details: { fromSeq },
  });
}

interface Bell {
  /** Rings with the next append, at an abort, and after `timeoutMs` in any case. Asked for before reading, it misses nothing. */
  next(timeoutMs: number): Promise<void>;
  close(): void;
}

function openBell({ store, runId, signal }: TailOptions): Bell {
  let ring = () => {};
  let timer: NodeJS.Timeout | undefined;
  const onRing = () => ring();
  const stop = store.onAppend(runId, onRing);
  signal?.addEventListener("abort", onRing);
  return {
    next: (timeoutMs) =>
      new Promise((resolve) => {
        clearTimeout(timer);
        timer = setTimeout(resolve, timeoutMs);
        ring = resolve;
      }),
    close: () => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener("abort", onRing);
    },
  };
}
