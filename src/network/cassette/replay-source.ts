import { setTimeout as wait } from "node:timers/promises";
import { AegisError, type Clock, ERROR_CATALOGUE, type ErrorCode, systemClock } from "../../kernel/index.ts";
import type { AnswerSource } from "../edge.ts";
import type { EdgeAnswer, Exchange } from "../exchange.ts";
import { openRedactor, type RedactionOptions } from "../redact/open-redactor.ts";
import type { Cassette, CassetteEntry } from "./cassette.ts";
import { nearestEntry, replayMiss, type ReplayMismatch } from "./nearest-entry.ts";
import { type IgnoredParts, type NormalRequest, normalRequest } from "./normal-request.ts";
import { isHiddenDifference, requestDifferences } from "./request-differences.ts";
import { requestKey } from "./request-key.ts";

export interface ReplayOptions extends RedactionOptions {
  readonly ignored?: IgnoredParts;
  /** As slow as it was, or at once, which is the default. */
  readonly pace?: "recorded" | "none";
  /** What a request gets that comes more often than it was recorded: a miss unless told. */
  readonly afterLast?: "miss" | "repeat";
  readonly clock?: Clock;
}

/** Answers from a cassette, never from the network. */
export interface ReplaySource extends AnswerSource {
  /** What was recorded and has not been asked for, in the order of the recording. */
  unconsumed(): readonly CassetteEntry[];
  /** Every request that was not in the recording. */
  mismatches(): readonly ReplayMismatch[];
}

/** One kind of request, and how many of its answers were given. */
interface Track {
  readonly entries: CassetteEntry[];
  given: number;
}

export function replaySource(cassette: Cassette, options: ReplayOptions = {}): ReplaySource {
  const { ignored = {}, pace = "none", afterLast = "miss", clock = systemClock } = options;
  const redactor = openRedactor(options);
  // What a policy or a fault answered never came from upstream: they will answer again, if they are still there.
  const entries = cassette.entries.filter(({ exchange }) => exchange.from === "live" || exchange.from === "cassette");
  const tracks = new Map<string, Track>();
  for (const entry of entries) {
    const key = requestKey(entry.exchange.request, ignored);
    const track = tracks.get(key) ?? { entries: [], given: 0 };
    track.entries.push(entry);
    tracks.set(key, track);
  }
  const given = new Set<CassetteEntry>();
  const mismatches: ReplayMismatch[] = [];
  const take = (track: Track): CassetteEntry | undefined => {
    const entry = track.entries[track.given] ?? (afterLast === "repeat" ? track.entries.at(-1) : undefined);
    track.given += 1;
    return entry;
  };
  /** Secrets that only the recording's environment knew stand for whatever stands there now. */
  const takeHidden = (asked: NormalRequest) => {
    for (const track of tracks.values()) {
      const [first] = track.entries;
      if (!first || Object.keys(first.redacted).length === 0) continue;
      if (track.given >= track.entries.length && afterLast === "miss") continue;
      const differences = requestDifferences(asked, normalRequest(first.exchange.request, ignored));
      if (differences.every(isHiddenDifference)) return take(track);
    }
    return undefined;
  };
  const source: AnswerSource = async (request, signal) => {
    // All up to the claim happens at once: of two equal requests each gets its own answer.
    const clean = redactor.redactRequest(request);
    const asked = normalRequest(clean, ignored);
    const track = tracks.get(requestKey(clean, ignored));
    const entry = (track && take(track)) ?? takeHidden(asked);
    if (!entry) {
      const mismatch = nearestEntry({
        request: clean,
        asked,
        entries,
        ignored,
        recordedCount: track?.entries.length ?? 0,
      });
      mismatches.push(mismatch);
      throw replayMiss(mismatch);
    }
    given.add(entry);
    return answer(entry.exchange, { signal, waitUntil: pace === "recorded" ? waiter(clock, signal) : undefined });
  };
  return Object.assign(source, {
    unconsumed: () => entries.filter((entry) => !given.has(entry)),
    mismatches: () => [...mismatches],
  });
}

interface Delivery {
  readonly signal: AbortSignal;
  /** Milliseconds since the request. Undefined where nobody waits. */
  readonly waitUntil: ((afterMs: number) => Promise<void>) | undefined;
}

async function answer(exchange: Exchange, { signal, waitUntil }: Delivery): Promise<EdgeAnswer> {
  const { response } = exchange;
  if (!response) {
    await waitUntil?.(exchange.durationMs);
    throw recordedFailure(exchange);
  }
  await waitUntil?.(response.headMs);
  async function* body() {
    let dueMs = response?.headMs ?? 0;
    for (const { afterMs, bytes } of response?.chunks ?? []) {
      dueMs += afterMs;
      await waitUntil?.(dueMs);
      signal.throwIfAborted();
      yield bytes;
    }
    if (response?.isWhole === false) throw recordedFailure(exchange);
  }
  return { status: response.status, headers: response.headers, body: body() };
}

/** From the request on, so that no piece adds its delay to those of the others. */
function waiter(clock: Clock, signal: AbortSignal): (afterMs: number) => Promise<void> {
  const startMs = clock.monotonicMs();
  return async (afterMs) => {
    const leftMs = startMs + afterMs - clock.monotonicMs();
    if (leftMs > 0) await wait(leftMs, undefined, { signal });
  };
}

function recordedFailure({ error, response }: Exchange): AegisError {
  const isKnown = error !== undefined && Object.hasOwn(ERROR_CATALOGUE, error.code);
  const code: ErrorCode = isKnown ? (error.code as ErrorCode) : "network.upstream_failed";
  const fallback = response
    ? "the recording holds no more of this answer than was kept of it"
    : "nothing was answered when it was recorded";
  return new AegisError(code, error?.message ?? fallback, {
    fix: "It is part of the recording: record again if it should not be.",
  });
}
