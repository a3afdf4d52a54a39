import { setTimeout as sleep } from "node:timers/promises";
import type { ObservedSpan } from "../../domain/index.ts";
import { AegisError, type Clock, countNoun, LIMITS, type Random, systemClock } from "../../kernel/index.ts";
import type { OtlpEncoding } from "../wire/index.ts";
import { type Collector, postBatch, type PostOutcome } from "./post-batch.ts";

export interface OtlpExporterOptions {
  /** Where spans are taken, e.g. http://localhost:4318/v1/traces; an address without a path gets that one. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: OtlpEncoding;
  /** Told once per batch that was lost, refused or taken only in part; the next ones are sent nevertheless. */
  readonly onProblem?: (problem: AegisError) => void;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly queueSpansMax?: number;
  readonly batchSpansMax?: number;
  readonly batchWaitMs?: number;
  readonly attemptsMax?: number;
  readonly backoffMinMs?: number;
  readonly timeoutMs?: number;
}

export interface OtlpExporterCounts {
  readonly queued: number;
  readonly sent: number;
  /** Sent, but the collector said that it did not take them. */
  readonly rejected: number;
  /** Never taken: the queue was full, or sending was given up. */
  readonly dropped: number;
}

/** Sends spans of finished runs to a collector, in the background. */
export interface OtlpExporter extends AsyncDisposable {
  /** Never waits and never throws. Spans given together are queued or dropped together. */
  send(spans: readonly ObservedSpan[]): void;
  /** Of spans. */
  counts(): OtlpExporterCounts;
  /** Resolves when all that was handed over is sent or dropped. */
  flush(): Promise<void>;
  /** Sends what is left for so long, drops the rest and ends every connection. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** @throws {AegisError} "trace.export_failed" for an address or headers that are none */
export function openOtlpExporter(options: OtlpExporterOptions): OtlpExporter {
  return new BatchExporter(options);
}

class BatchExporter implements OtlpExporter {
  readonly #collector: Collector;
  readonly #options: OtlpExporterOptions;
  readonly #end = new AbortController();
  /** Ends the wait for more spans. */
  #hurry = new AbortController();
  #flushCount = 0;
  #queue: ObservedSpan[] = [];
  #inFlightCount = 0;
  #work: Promise<void> | undefined;
  #isClosed = false;
  #sent = 0;
  #rejected = 0;
  #dropped = 0;

  constructor(options: OtlpExporterOptions) {
    const { headers = {}, protocol = "protobuf", clock = systemClock, timeoutMs = LIMITS.exportTimeoutMs } = options;
    this.#options = options;
    assertHeaders(headers);
    this.#collector = {
      url: tracesUrl(options.url),
      headers,
      protocol,
      clock,
      timeoutMs,
      fetch: options.fetch ?? fetch,
    };
  }

  send(spans: readonly ObservedSpan[]): void {
    if (spans.length === 0) return;
    const { queueSpansMax = LIMITS.exportQueueSpansMax } = this.#options;
    // A run that is larger than the queue still goes where nothing else waits.
    const hasRoom = this.#queue.length === 0 || this.#queue.length + spans.length <= queueSpansMax;
    if (this.#isClosed || !hasRoom) {
      this.#dropped += spans.length;
      return;
    }
    for (const span of spans) this.#queue.push(span);
    if (this.#queue.length >= this.#batchSpansMax) this.#hurry.abort();
    this.#work ??= this.#sendAll();
  }

  counts(): OtlpExporterCounts {
    const queued = this.#queue.length + this.#inFlightCount;
    return { queued, sent: this.#sent, rejected: this.#rejected, dropped: this.#dropped };
  }

  async flush(): Promise<void> {
    this.#flushCount += 1;
    this.#hurry.abort();
    while (this.#work !== undefined) await this.#work;
    this.#flushCount -= 1;
  }

  async close({ timeoutMs = LIMITS.exportCloseMs }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#isClosed = true;
    const late = setTimeout(() => this.#end.abort(), timeoutMs);
    await this.flush();
    clearTimeout(late);
    this.#end.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #batchSpansMax(): number {
    return this.#options.batchSpansMax ?? LIMITS.exportBatchSpansMax;
  }

  /** Works until the queue is empty; one batch at a time, so that a slow collector is not asked twice. */
  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#queue.length < this.#batchSpansMax && this.#flushCount === 0) await this.#waitForMore();
      const batch = this.#queue.splice(0, this.#batchSpansMax);
      this.#inFlightCount = batch.length;
      await this.#sendBatch(batch);
      this.#inFlightCount = 0;
    }
    // In the same step as the look at the queue: what is handed over from now on begins the work anew.
    this.#work = undefined;
  }

  async #waitForMore(): Promise<void> {
    const { batchWaitMs = LIMITS.exportBatchWaitMs } = this.#options;
    this.#hurry = new AbortController();
    await sleep(batchWaitMs, undefined, { signal: this.#hurry.signal, ref: false }).catch(() => undefined);
  }

  /** Ends in spans that are counted, whatever happens. */
  async #sendBatch(batch: readonly ObservedSpan[]): Promise<void> {
    const { attemptsMax = LIMITS.exportAttemptsMax } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#post(batch);
      switch (outcome.kind) {
        case "taken":
          return this.#take(batch, outcome);
        case "refused":
          return this.#lose(batch, outcome);
        case "too_large":
          return this.#split(batch);
        case "again":
          if (attempt >= attemptsMax) return this.#lose(batch, outcome);
          await this.#wait(outcome.askedMs ?? this.#backoffMs(attempt));
      }
    }
  }

  async #post(batch: readonly ObservedSpan[]): Promise<PostOutcome> {
    try {
      this.#end.signal.throwIfAborted();
      return await postBatch(batch, { ...this.#collector, signal: this.#end.signal });
    } catch (cause) {
      const why = this.#end.signal.aborted ? "the exporter was closed" : "they could not be written as OTLP";
      return { kind: "refused", why, cause };
    }
  }

  async #split(batch: readonly ObservedSpan[]): Promise<void> {
    if (batch.length === 1) return this.#lose(batch, { why: "it says that one span is too large" });
    const half = Math.ceil(batch.length / 2);
    await this.#sendBatch(batch.slice(0, half));
    await this.#sendBatch(batch.slice(half));
  }

  /** Doubles; a random part keeps many senders apart. */
  #backoffMs(attempt: number): number {
    const { backoffMinMs = LIMITS.exportBackoffMinMs, random = Math.random } = this.#options;
    return Math.min(backoffMinMs * 2 ** (attempt - 1), LIMITS.exportBackoffMaxMs) * (0.5 + 0.5 * random());
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }

  #take(
    batch: readonly ObservedSpan[],
    { rejectedSpanCount, warning }: { rejectedSpanCount: number; warning: string },
  ): void {
    const rejected = Math.min(rejectedSpanCount, batch.length);
    this.#sent += batch.length - rejected;
    this.#rejected += rejected;
    if (rejected > 0 || warning !== "")
      this.#tell(`It did not take ${countNoun(rejected, "span")}: ${warning.slice(0, 500)}`);
  }

  #lose(batch: readonly ObservedSpan[], { why, cause }: { readonly why: string; readonly cause?: unknown }): void {
    this.#dropped += batch.length;
    this.#tell(`${countNoun(batch.length, "span")} could not be sent: ${why}.`, cause);
  }

  /** Whoever listens cannot stop the sending. */
  #tell(what: string, cause?: unknown): void {
    const { host } = new URL(this.#collector.url);
    const options = cause === undefined ? {} : { cause };
    try {
      this.#options.onProblem?.(new AegisError("trace.export_failed", `The collector at ${host}: ${what}`, options));
    } catch {}
  }
}

function tracesUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AegisError("trace.export_failed", "The collector's address is no http or https address.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new AegisError("trace.export_failed", "The collector's address holds a user or password.", {
      fix: "Give them as a header: `Authorization: Basic ...`.",
    });
  }
  if (url.pathname === "/") url.pathname = "/v1/traces";
  return url.href;
}

/** Here, and not at every sending. What is in them may be secret, so it is not told. */
function assertHeaders(headers: Readonly<Record<string, string>>): void {
  try {
    new Headers(headers);
  } catch {
    throw new AegisError(
      "trace.export_failed",
      "A header for the collector has a name or value that HTTP cannot carry.",
    );
  }
}
