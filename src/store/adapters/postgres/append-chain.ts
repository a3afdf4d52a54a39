import type { AegisError, Id } from "../../../kernel/index.ts";
import type { EncodedEvent } from "../../encode-event.ts";

export interface WaitingAppend {
  readonly runId: Id<"run">;
  readonly expectedSeq: number;
  readonly events: readonly EncodedEvent[];
  readonly resolve: () => void;
  readonly reject: (error: AegisError) => void;
}

/** Appends to one log that follow each other without a gap: written together, or none of them. */
export interface AppendChain {
  readonly runId: Id<"run">;
  readonly firstSeq: number;
  readonly nextSeq: number;
  readonly appends: readonly WaitingAppend[];
}

/** Large enough to make the wait for the disk cheap, small enough that nobody waits long behind it. */
const BATCH_CHARACTERS_MAX = 16 * 1024 * 1024;

/**
 * What goes into the next batch: at most one chain for each log, and no append before an earlier one of the same log.
 * An append that does not follow its chain waits for the next batch; by then it is known where the log ends.
 */
export function takeChains(
  queue: readonly WaitingAppend[],
  eventsMax: number,
): { readonly chains: readonly AppendChain[]; readonly rest: WaitingAppend[] } {
  const chains = new Map<string, AppendChain>();
  const left = new Set<string>();
  const rest: WaitingAppend[] = [];
  let events = 0;
  let characters = 0;
  for (const append of queue) {
    const { runId } = append;
    const chain = chains.get(runId);
    events += append.events.length;
    characters += append.events.reduce((sum, { body }) => sum + body.length, 0);
    const isFull = chains.size > 0 && (events > eventsMax || characters > BATCH_CHARACTERS_MAX);
    const follows = chain === undefined || chain.nextSeq === append.expectedSeq;
    if (isFull || !follows || left.has(runId)) {
      left.add(runId);
      rest.push(append);
    } else {
      chains.set(runId, extend(chain, append));
    }
  }
  return { chains: [...chains.values()], rest };
}

/** A chain of this append alone. */
export function chainOf(append: WaitingAppend): AppendChain {
  return extend(undefined, append);
}

/** As columns, the way `unnest` takes them: first what each chain is, then its events. */
export function cellsOf(chains: readonly AppendChain[], origin: string): unknown[][] {
  const runIds: string[] = [];
  const seqs: number[] = [];
  const events: EncodedEvent[] = [];
  for (const { runId, firstSeq, appends } of chains) {
    let seq = firstSeq;
    for (const event of appends.flatMap((append) => append.events)) {
      runIds.push(runId);
      seqs.push(seq);
      events.push(event);
      seq += 1;
    }
  }
  return [
    chains.map(({ runId }) => runId),
    chains.map(({ firstSeq }) => firstSeq),
    chains.map((chain) => writeAnnouncement(chain, origin)),
    runIds,
    seqs,
    events.map(({ type }) => type),
    events.map(({ atMs }) => atMs),
    events.map(({ witness }) => witness),
    events.map(({ body }) => body),
  ];
}

function extend(chain: AppendChain | undefined, append: WaitingAppend): AppendChain {
  const { runId, expectedSeq, events } = append;
  return {
    runId,
    firstSeq: chain?.firstSeq ?? expectedSeq,
    nextSeq: expectedSeq + events.length,
    appends: [...(chain?.appends ?? []), append],
  };
}

const ANNOUNCEMENT_CHARACTERS_MAX = 2_000;

/** Postgres takes less than 8,000 bytes; a run with such an id is found by those who look. */
function writeAnnouncement({ runId, firstSeq, nextSeq }: AppendChain, origin: string): string | null {
  if (nextSeq === firstSeq || runId.length > ANNOUNCEMENT_CHARACTERS_MAX) return null;
  return `${origin} ${nextSeq} ${runId}`;
}

/** Undefined for what is none. */
export function readAnnouncement(text: string): { origin: string; nextSeq: number; runId: Id<"run"> } | undefined {
  const [, origin, nextSeq, runId] = /^(\w+) (\d+) ([^]*)$/.exec(text) ?? [];
  if (origin === undefined || runId === undefined) return undefined;
  return { origin, nextSeq: Number(nextSeq), runId: runId as Id<"run"> };
}
