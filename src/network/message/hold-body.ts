import type { Readable } from "node:stream";
import type { ByteBudget } from "./byte-budget.ts";

export interface HeldBody {
  readonly bytes: Uint8Array;
  /** What did not fit, still to be read. Absent when the body was held whole. */
  readonly rest?: AsyncIterable<Uint8Array>;
  /** Bytes taken from the budget. */
  readonly heldBytes: number;
}

const NOTHING: HeldBody = { bytes: new Uint8Array(), heldBytes: 0 };

/**
 * Reads a body up to a limit, and leaves the rest where it is.
 * @throws what the stream throws when its sender goes away
 */
export async function holdBody(stream: Readable, bytesMax: number, budget: ByteBudget): Promise<HeldBody> {
  if (stream.readableEnded) return NOTHING;
  const chunks: Uint8Array[] = [];
  let heldBytes = 0;
  const reader = stream.iterator({ destroyOnReturn: false });
  for (;;) {
    const next = (await reader.next()) as IteratorResult<Uint8Array, undefined>;
    if (next.done === true) return { bytes: joined(chunks), heldBytes };
    const chunk = next.value;
    if (heldBytes + chunk.length > bytesMax || !budget.take(chunk.length)) {
      return { bytes: joined(chunks), heldBytes, rest: startingWith(chunk, reader) };
    }
    heldBytes += chunk.length;
    chunks.push(chunk);
  }
}

async function* startingWith(first: Uint8Array, reader: AsyncIterator<unknown>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => reader as AsyncIterator<Uint8Array> };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
