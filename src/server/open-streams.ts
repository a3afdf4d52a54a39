import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { AegisError, ERROR_CATALOGUE, LIMITS } from "../kernel/index.ts";
import type { ServerContext } from "./server-context.ts";
import type { ServerLimits } from "./server-limits.ts";

export interface StreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Written at once, before anything is known. */
  readonly first?: string;
  /** Written when it has been quiet for a while. */
  readonly heartbeat?: string;
}

export const SSE_STREAM = {
  headers: {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  },
  first: "retry: 500\n\n",
  heartbeat: ": \n\n",
} as const satisfies StreamOptions;

/** Tells @hono/node-server that we write by ourselves; its own constant lies where the check of imports cannot follow. */
const ALREADY_SENT = new Response(null, { headers: { "x-hono-already-sent": "true" } });

export interface StreamWriter {
  /** Aborts when nobody reads any more. */
  readonly signal: AbortSignal;
  /** @returns something to await where the reader is slower than the writer */
  write(text: string): Promise<void> | undefined;
}

export interface OpenStreams {
  readonly openCount: number;
  /** Long-polls that wait: they are no work. */
  waitingCount: number;
  /** As `ServerDeps.stream` says. */
  serve(
    c: ServerContext,
    options: StreamOptions,
    produce: (stream: StreamWriter) => Promise<void>,
    onCut: (error: unknown) => void,
  ): Promise<Response>;
  /** Cuts them all: their readers resume elsewhere. */
  cutAll(): void;
}

/** All open streams of a process share one timer, and one moment to write what has gathered. */
export function openStreams(limits: ServerLimits): OpenStreams {
  const open = new Set<OpenStream>();
  const pulse = createPulse(open, limits.streamHeartbeatMs);
  const flusher = createFlusher();
  return {
    waitingCount: 0,
    get openCount() {
      return open.size;
    },
    cutAll() {
      for (const stream of open) stream.cut();
    },
    async serve(c, options, produce, onCut) {
      if (c.req.method === "HEAD") return new Response(null, { headers: options.headers });
      if (open.size >= limits.streamsMax) {
        throw new AegisError("runtime.overloaded", `${open.size} streams are open`, {
          details: { streamsMax: limits.streamsMax },
        });
      }
      const stream = new OpenStream(c.env.outgoing, options, limits.streamStallMs, flusher);
      open.add(stream);
      pulse.start();
      const done = produce(stream).then(
        () => stream.end(),
        (error: unknown) => {
          if (!stream.hasBegun && !stream.signal.aborted) {
            stream.release();
            throw error;
          }
          // Erased meanwhile, say: who comes back hears it from the start.
          if (options.heartbeat !== undefined && isTheirs(error)) return stream.end();
          if (!stream.signal.aborted) onCut(error);
          return stream.cut();
        },
      );
      const gone = done.finally(() => {
        open.delete(stream);
        pulse.stopWhenIdle();
      });
      // Nobody looks at it once the stream has begun: whatever fails then was dealt with above.
      gone.catch(() => undefined);
      await Promise.race([stream.begun, gone]);
      return ALREADY_SENT;
    },
  };
}

function isTheirs(error: unknown): boolean {
  return error instanceof AegisError && ERROR_CATALOGUE[error.code].http < 500;
}

/** Fields of a class and no closures: there are thousands of them. */
class OpenStream implements StreamWriter {
  readonly begun: Promise<void>;
  quietTicks = 0;
  hasBegun = false;
  #isPastHead = false;
  readonly #outgoing: ServerResponse;
  readonly #options: StreamOptions;
  readonly #flusher: Flusher;
  readonly #abort = new AbortController();
  readonly #onClose = () => this.#leave();
  #tellBegun: () => void = () => undefined;
  #pending = "";
  #drained: Promise<void> | undefined;
  #tellDrained: () => void = () => undefined;

  constructor(outgoing: ServerResponse, options: StreamOptions, stallMs: number, flusher: Flusher) {
    this.#outgoing = outgoing;
    this.#options = options;
    this.#flusher = flusher;
    this.begun = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
    outgoing.once("close", this.#onClose);
    // Told only when not even a part of what waits was taken, and nothing else was written.
    outgoing.setTimeout(stallMs, () => {
      if (this.#drained) this.cut();
    });
    if (outgoing.destroyed) this.#leave();
    if (options.first === undefined) return;
    this.#pending = options.first;
    this.flush();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  write(text: string): Promise<void> | undefined {
    if (this.#abort.signal.aborted) return undefined;
    this.#pending += text;
    if (this.#drained) return this.#drained;
    if (this.#pending.length < LIMITS.streamBatchCharactersMax) {
      this.#flusher.add(this);
      return undefined;
    }
    this.flush();
    return this.#drained;
  }

  /** Writes what has gathered, unless the socket is full. */
  flush(): void {
    if (this.#drained || this.#pending === "" || this.#abort.signal.aborted) return;
    const text = this.#pending;
    this.#pending = "";
    this.quietTicks = 0;
    this.#begin();
    const channel = this.#channel();
    if (channel === this.#outgoing ? channel.write(text) : channel.write(chunkOf(text))) return;
    this.#drained = new Promise((resolve) => {
      this.#tellDrained = resolve;
    });
    channel.once("drain", () => this.#resume());
  }

  /**
   * Behind the head, chunks go straight to the socket where the response has it: made here as one text, a chunk costs half
   * of what it costs as the four pieces that the response makes of it, and there is one for every token.
   */
  #channel(): ServerResponse | Socket {
    const { socket, chunkedEncoding } = this.#outgoing;
    const isPastHead = this.#isPastHead;
    this.#isPastHead = true;
    return isPastHead && chunkedEncoding && socket ? socket : this.#outgoing;
  }

  tick(ticksMax: number): void {
    this.quietTicks += 1;
    if (this.quietTicks < ticksMax || this.#drained || !this.hasBegun) return;
    const { heartbeat } = this.#options;
    if (heartbeat === undefined) return;
    this.#pending += heartbeat;
    this.flush();
  }

  async end(): Promise<void> {
    if (this.#drained) await this.#drained;
    this.flush();
    if (this.#abort.signal.aborted) return;
    this.#begin();
    this.#outgoing.off("close", this.#onClose);
    this.#outgoing.end();
  }

  cut(): void {
    this.#outgoing.destroy();
    this.#leave();
  }

  /** Gives the response back to whoever answers instead. */
  release(): void {
    this.#outgoing.off("close", this.#onClose);
    this.#outgoing.setTimeout(0);
    this.#pending = "";
    this.#abort.abort();
  }

  #begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.#outgoing.writeHead(200, this.#options.headers);
    this.#tellBegun();
  }

  #resume(): void {
    this.#drained = undefined;
    const tell = this.#tellDrained;
    this.flush();
    tell();
  }

  #leave(): void {
    this.#abort.abort();
    this.#pending = "";
    this.#tellDrained();
    this.#tellBegun();
  }
}

/** RFC 9112, section 7.1. */
function chunkOf(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

interface Flusher {
  add(stream: OpenStream): void;
}

/** What comes within one turn of the event loop is written in one go. */
function createFlusher(): Flusher {
  let waiting = new Set<OpenStream>();
  const flushAll = () => {
    const streams = waiting;
    waiting = new Set();
    for (const stream of streams) stream.flush();
  };
  return {
    add(stream) {
      if (waiting.size === 0) setImmediate(flushAll);
      waiting.add(stream);
    },
  };
}

const TICKS_PER_HEARTBEAT = 10;

function createPulse(open: ReadonlySet<OpenStream>, heartbeatMs: number) {
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      timer ??= setInterval(() => {
        // One tick less, so that two heartbeats are never further apart than promised.
        for (const stream of open) stream.tick(TICKS_PER_HEARTBEAT - 1);
      }, heartbeatMs / TICKS_PER_HEARTBEAT).unref();
    },
    stopWhenIdle() {
      if (open.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
