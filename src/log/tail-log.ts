import type { RunEvent } from "../domain/index.ts";
import { AegisError, type Id } from "../kernel/index.ts";
import type { LogStore } from "../store/index.ts";

export interface TailOptions {
  readonly store: Pick<LogStore, "read" | "onAppend">;
  readonly runId: Id<"run">;
  /** The first event wanted: 0, or one more than the last one seen. */
  readonly fromSeq?: number;
  readonly signal?: AbortSignal;
  /**
   * How long to wait before looking for events that another process wrote: this process's own are announced. Never, when
   * it is infinite.
   */
  readonly pollMs?: () => number;
}

/** Events held in memory at most, however slow the reader. */
const PAGE_EVENTS_MAX = 100;
const PAGE_EVENTS_MIN = 4;
/** A reader that takes longer for a page gets a smaller one next time. */
const SLOW_PAGE_MS = 50;
const POLL_MS = 500;

/**
 * The events of a run from an offset on: those there are, then those to come, each once, until the run has ended or the
 * signal aborts.
 * @throws {AegisError} "log.bad_offset" when `fromSeq` lies behind the end of the log
 */
export async function* tailLog(options: TailOptions): AsyncGenerator<RunEvent, void, undefined> {
  for await (const events of tailLogInPages(options)) yield* events;
}

/**
 * The same, as many events at a time as there are. A reader that waits is handed what is appended; one that is busy
 * reads the store when it comes back, so that nothing is kept for it meanwhile.
 */
export async function* tailLogInPages(options: TailOptions): AsyncGenerator<readonly RunEvent[], void, undefined> {
  const { store, runId, signal, pollMs = () => POLL_MS } = options;
  let nextSeq = options.fromSeq ?? 0;
  if (await endsBefore(options, nextSeq)) return;
  const bell = openBell(options);
  try {
    let mustRead = true;
    let pageEvents = PAGE_EVENTS_MIN;
    while (!isAborted(signal)) {
      let events = bell.take(nextSeq);
      if (events.length === 0 && (mustRead || bell.announcedSeq() > nextSeq)) {
        events = await store.read(runId, { fromSeq: nextSeq, limit: pageEvents });
        mustRead = events.length === pageEvents;
      }
      if (isAborted(signal)) return;
      if (events.length > 0) {
        const handedAtMs = performance.now();
        yield events;
        pageEvents = nextPageEvents(pageEvents, performance.now() - handedAtMs);
      } else {
        mustRead = (await bell.wait(nextSeq, pollMs())) === "timeout";
      }
      if (events.at(-1)?.type === "run.ended") return;
      nextSeq += events.length;
    }
  } finally {
    bell.close();
  }
}

/** Pages grow for a reader that keeps up, and are small for one that does not: they lie in memory until it has them. */
function nextPageEvents(events: number, tookMs: number): number {
  return tookMs > SLOW_PAGE_MS ? Math.max(PAGE_EVENTS_MIN, events >> 1) : Math.min(PAGE_EVENTS_MAX, events << 1);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
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
  /** What was handed to the waiting reader, when it begins at `nextSeq`. */
  take(nextSeq: number): readonly RunEvent[];
  /** Where the log ends, by the announcements so far. */
  announcedSeq(): number;
  /** Resolves with the next append, at an abort, or after the time; at once when there is more than `nextSeq` already. */
  wait(nextSeq: number, timeoutMs: number): Promise<"rung" | "timeout">;
  close(): void;
}

function openBell({ store, runId, signal }: TailOptions): Bell {
  let ring: ((why: "rung" | "timeout") => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let announcedSeq = 0;
  let handed: readonly RunEvent[] = [];
  const wake = (why: "rung" | "timeout") => {
    clearTimeout(timer);
    const waiting = ring;
    ring = undefined;
    waiting?.(why);
  };
  const stop = store.onAppend(runId, (nextSeq, events = []) => {
    announcedSeq = Math.max(announcedSeq, nextSeq);
    if (ring) handed = events;
    wake("rung");
  });
  const onAbort = () => wake("rung");
  signal?.addEventListener("abort", onAbort);
  return {
    announcedSeq: () => announcedSeq,
    take(nextSeq) {
      const events = handed[0]?.seq === nextSeq ? handed : [];
      handed = [];
      return events;
    },
    wait: async (nextSeq, timeoutMs) =>
      announcedSeq > nextSeq || isAborted(signal)
        ? "rung"
        : new Promise((resolve) => {
            ring = resolve;
            if (Number.isFinite(timeoutMs)) timer = setTimeout(wake, timeoutMs, "timeout");
          }),
    close: () => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
