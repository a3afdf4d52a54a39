import { createHash, type Hash } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface Reading {
  readonly digest: string;
  readonly bytes: number;
  /** Bytes taken while it was slow, and how often the server cut it off, whereupon it resumed. */
  readonly slowBytes: number;
  readonly cutCount: number;
}

const SLOW_BYTES = 1_024;
const SLOW_EVERY_MS = 1_000;
const REOPEN_MS = 100;
const FAST_BYTES = 256 * 1_024;

/**
 * Reads a run's events from its socket at 1 KB/s until it is told to hurry. What the system buffers for a socket comes on
 * top, as for every reader. A connection that is cut is resumed behind the last whole event.
 */
export class SlowReader {
  readonly done: Promise<Reading>;
  readonly #url: URL;
  readonly #hash: Hash = createHash("sha256");
  readonly #settle: (reading: Reading) => void;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #buffer = Buffer.alloc(SLOW_BYTES);
  #isSlow = true;
  #unread: string[] = [];
  #lastId: string | undefined;
  #bytes = 0;
  #slowBytes = 0;
  #cutCount = 0;

  constructor(url: URL) {
    const { promise, resolve } = Promise.withResolvers<Reading>();
    this.done = promise;
    this.#settle = resolve;
    this.#url = url;
    this.#open();
  }

  hurry(): void {
    this.#isSlow = false;
    this.#buffer = Buffer.alloc(FAST_BYTES);
    this.#socket?.resume();
  }

  /** Lets go, whatever is still to come. */
  stop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    socket?.destroy();
  }

  #open(): void {
    const onread = {
      buffer: () => this.#buffer,
      callback: (size: number, bytes: Uint8Array) => this.#take(size, bytes),
    };
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), onread });
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("close", () => this.#reopen());
    const resume = this.#lastId === undefined ? "" : `Last-Event-ID: ${this.#lastId}\r\n`;
    socket.write(
      `GET ${this.#url.pathname} HTTP/1.0\r\nHost: ${this.#url.host}\r\nAccept: text/event-stream\r\n${resume}\r\n`,
    );
  }

  #take(size: number, bytes: Uint8Array): boolean {
    this.#takeText(Buffer.from(bytes.buffer, bytes.byteOffset, size).toString("latin1"));
    if (!this.#isSlow) return true;
    this.#slowBytes += size;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket?.resume(), SLOW_EVERY_MS);
    return false;
  }

  /** Events are long and come in small pieces: put together once, when the last piece is there. */
  #takeText(text: string): void {
    this.#unread.push(text);
    if (!text.includes("\n")) return;
    const blocks = this.#unread.join("").split("\n\n");
    this.#unread = [blocks.pop() ?? ""];
    for (const block of blocks) this.#takeBlock(block);
  }

  #takeBlock(block: string): void {
    const found = /(?:^|\n)id: (\d+)\ndata: (.*)$/.exec(block);
    if (found === null) return;
    const [, id, event] = found;
    this.#lastId = id;
    const text = `${id} ${event}\n`;
    this.#hash.update(text, "latin1");
    this.#bytes += text.length;
    if (event?.includes('"type":"run.ended"')) this.#finish();
  }

  #reopen(): void {
    clearTimeout(this.#timer);
    this.#unread = [];
    if (this.#socket === undefined) return;
    this.#cutCount += 1;
    this.#timer = setTimeout(() => this.#open(), REOPEN_MS);
  }

  #finish(): void {
    this.stop();
    this.#settle({
      digest: this.#hash.digest("hex"),
      bytes: this.#bytes,
      slowBytes: this.#slowBytes,
      cutCount: this.#cutCount,
    });
  }
}
