import type { AegisError } from "../../kernel/index.ts";
import type { BodyChunk, EdgeMode, Exchange, Headers, SeenRequest } from "../exchange.ts";
import type { HeldBody } from "../message/hold-body.ts";
import type { EdgeState } from "./edge-state.ts";

/** Gathers what happens to one request, and tells it once. */
export interface ExchangeRecord {
  /** Known before the body is. */
  target(url: string): void;
  held(body: HeldBody): SeenRequest;
  requestEnded(): void;
  madeBy(from: Exchange["from"]): void;
  fault(name: string): void;
  head(status: number, headers: Headers): void;
  chunk(bytes: Uint8Array): void;
  whole(): void;
  failed(error: AegisError): void;
  readonly hasHead: boolean;
  tell(): void;
}

export interface RecordedLine {
  readonly mode: EdgeMode;
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly httpVersion: SeenRequest["httpVersion"];
}

export function openRecord(state: EdgeState, line: RecordedLine): ExchangeRecord {
  const { clock, keptBodyBytesMax = state.limits.bodyBytesMax } = state.options;
  const index = state.nextIndex();
  const startedAtMs = clock.nowMs();
  const startMs = clock.monotonicMs();
  let seen: SeenRequest = { ...line, body: new Uint8Array(), bodyIsWhole: false };
  let requestEndMs = startMs;
  let from: Exchange["from"] = state.options.source ? "cassette" : "live";
  let fault: string | undefined;
  let error: Exchange["error"];
  let head: { readonly status: number; readonly headers: Headers; readonly headMs: number } | undefined;
  let lastMs = startMs;
  let takenBytes = 0;
  let keptBytes = 0;
  let isKept = true;
  let isWhole = false;
  let isTold = false;
  const chunks: BodyChunk[] = [];

  return {
    target: (url) => void (seen = { ...seen, url }),
    held(body) {
      takenBytes += body.heldBytes;
      seen = { ...seen, body: body.bytes, bodyIsWhole: body.rest === undefined };
      return seen;
    },
    requestEnded: () => void (requestEndMs = clock.monotonicMs()),
    madeBy: (maker) => void (from = maker),
    fault: (name) => void (fault = name),
    head(status, headers) {
      lastMs = clock.monotonicMs();
      head = { status, headers, headMs: lastMs - requestEndMs };
    },
    chunk(bytes) {
      if (!isKept || keptBytes + bytes.length > keptBodyBytesMax || !state.budget.take(bytes.length)) {
        isKept = false;
        return;
      }
      takenBytes += bytes.length;
      keptBytes += bytes.length;
      const nowMs = clock.monotonicMs();
      chunks.push({ afterMs: nowMs - lastMs, bytes });
      lastMs = nowMs;
    },
    whole: () => void (isWhole = isKept),
    failed: ({ code, message }) => void (error = { code, message }),
    get hasHead() {
      return head !== undefined;
    },
    tell() {
      if (isTold) return;
      isTold = true;
      state.budget.giveBack(takenBytes);
      state.tell({
        index,
        startedAtMs,
        request: seen,
        ...(head && { response: { ...head, chunks, isWhole } }),
        ...(error && { error }),
        durationMs: clock.monotonicMs() - startMs,
        from,
        ...(fault !== undefined && { fault }),
      });
    },
  };
}
