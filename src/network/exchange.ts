/** Names and values in the order and spelling they came in; a name may stand more than once. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** A request as the edge read it, before it goes anywhere. */
export interface SeenRequest {
  readonly method: string;
  /** Absolute, as the upstream would be asked: `https://api.example.com/v1/orders?page=2`. */
  readonly url: string;
  readonly headers: Headers;
  /** Whole; the edge holds requests of up to its limit before it passes them on, larger ones are streamed and `bodyIsWhole` is false. */
  readonly body: Uint8Array;
  readonly bodyIsWhole: boolean;
  /** How the client reached the edge. */
  readonly mode: EdgeMode;
  readonly httpVersion: "1.1" | "2";
}

export type EdgeMode = "base-url" | "proxy" | "intercepted";

/** An answer on its way to the client; a body that throws is a connection that broke. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  /** What stands behind the body, asked when that has ended. */
  readonly trailers?: () => Headers;
}

/** One piece of a body, and how long after the one before (the first: after the head) it came. */
export interface BodyChunk {
  readonly afterMs: number;
  readonly bytes: Uint8Array;
}

/** One request and what the client got for it, as the edge saw them. */
export interface Exchange {
  /** From 0, in the order the requests came. */
  readonly index: number;
  readonly startedAtMs: number;
  readonly request: SeenRequest;
  /** What the client was given; undefined where the connection ended before an answer's head. */
  readonly response?: {
    readonly status: number;
    readonly headers: Headers;
    /** From the request's end to the answer's head. */
    readonly headMs: number;
    readonly chunks: readonly BodyChunk[];
    /** The body ended as its sender meant it to. */
    readonly isWhole: boolean;
  };
  readonly error?: { readonly code: string; readonly message: string };
  readonly durationMs: number;
  /** Who made the answer; a live one that a fault changed is `live` too, and names the fault. */
  readonly from: "live" | "cassette" | "fault" | "policy";
  /** The fault that acted on it. */
  readonly fault?: string;
}
