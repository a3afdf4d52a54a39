import type { Readable } from "node:stream";
import type { Headers } from "../exchange.ts";

/** One request's client, whatever HTTP it speaks: what it asked, and how it is answered. */
export interface ClientSide {
  readonly method: string;
  /** Of the request line, or `:path`. */
  readonly target: string;
  readonly hosts: readonly string[];
  readonly headers: Headers;
  readonly httpVersion: "1.1" | "2";
  readonly body: Readable;
  /** An answer before the answer: 103 and the like. */
  inform(status: number, headers: Headers): void;
  head(status: number, headers: Headers, hasTrailers: boolean): void;
  /** A promise where the client reads slower than it is written to. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(trailers: Headers): void;
  /** The connection ends with the answer that is about to be given: what else it holds cannot be trusted. */
  last(): void;
  /** Breaks off behind what was written so far. */
  cut(): void;
  /** Breaks off at once. */
  reset(): void;
  /** Called when the client goes away before the answer is over. */
  onGone(listener: () => void): void;
}
