import type { EdgeAnswer, SeenRequest } from "./exchange.ts";

/** Asked once for each request, before it goes anywhere; undefined leaves it alone. */
export type Disturb = (request: SeenRequest) => Disturbance | undefined;

/** What a fault does to one exchange. The edge carries it out and names it in the exchange. */
export interface Disturbance {
  /** For the log: which fault. */
  readonly fault: string;
  /** Before the upstream hears of it. `go-on` passes the request on (after a delay, say); anything else ends it here. */
  readonly before?: (signal: AbortSignal) => Promise<BeforeUpstream>;
  /** Between the upstream's answer and the client. */
  readonly after?: (answer: EdgeAnswer, signal: AbortSignal) => Promise<AfterUpstream>;
}

export type BeforeUpstream =
  | {
      readonly kind: "go-on";
      /** Reaches the upstream instead of what the client sent. */
      readonly body?: Uint8Array;
      /** How often the upstream hears of it, one after the other, each whole; the client gets the last answer. 1 unless told. */
      readonly deliveryCount?: number;
    }
  | { readonly kind: "answer"; readonly answer: EdgeAnswer }
  /** The connection is cut without an answer. */
  | { readonly kind: "reset" }
  /** Nothing is ever answered; ends with the client or with the edge. */
  | { readonly kind: "hang" };

export type AfterUpstream = Exclude<BeforeUpstream, { readonly kind: "go-on" }>;

/** Asked once for each connection through the proxy, before it is answered; undefined leaves it alone. */
export type DisturbConnection = (target: {
  readonly host: string;
  readonly port: number;
}) => ConnectionDisturbance | undefined;

export interface ConnectionDisturbance {
  readonly fault: string;
  readonly delayMs?: number;
  readonly kind: "go-on" | "refuse" | "reset" | "hang" | "name-not-found" | "wrong-certificate" | "expired-certificate";
}
