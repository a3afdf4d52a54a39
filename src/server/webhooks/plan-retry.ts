import { LIMITS, type Random } from "../../kernel/index.ts";
import type { WebhookAnswer } from "./post-webhook.ts";

/** What to do after an attempt. */
export type NextStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "given-up" }
  | { readonly kind: "retry"; readonly afterMs: number };

interface Attempt {
  /** How many there have been, this one counted. */
  readonly count: number;
  /** Undefined where nothing was answered. */
  readonly answer: WebhookAnswer | undefined;
  readonly nowMs: number;
  readonly random: Random;
}

/** 410 says that nobody wants to hear any more. */
const GONE = 410;

/** Waits double from attempt to attempt, with jitter, and are at least as long as the receiver asks for. */
export function planRetry({ count, answer, nowMs, random }: Attempt): NextStep {
  const status = answer?.status ?? 0;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === GONE || count >= LIMITS.webhookAttemptsMax) return { kind: "given-up" };
  const { webhookBackoffMinMs: minMs, webhookBackoffMaxMs: maxMs } = LIMITS;
  const fullMs = Math.min(maxMs, minMs * 2 ** (count - 1));
  const jitteredMs = fullMs * (0.5 + random() / 2);
  const askedMs = Math.min(maxMs, retryAfterMs(answer?.retryAfter, nowMs));
  return { kind: "retry", afterMs: Math.round(Math.max(jitteredMs, askedMs)) };
}

/** Seconds, or a date; 0 for what is neither. */
function retryAfterMs(text: string | undefined, nowMs: number): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs);
}
