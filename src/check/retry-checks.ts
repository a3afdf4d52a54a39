import { z } from "zod";
import { defineCheck, fail, type Finding, pass } from "./define-check.ts";
import { type Attempt, attemptsOf, nextAttempt, waitMsBetween } from "./reading/attempts.ts";
import { matchesName } from "./text-schemas.ts";

const on = z
  .string()
  .min(1)
  .default("*")
  .describe("only calls of these count, * allowed: `tool orders.get`, `model`, `http GET api.example.com/orders`");

const retryAfterObeyed = defineCheck({
  name: "retryAfterObeyed",
  summary: "Does not ask again before the time that an answer such as a 429 asked it to wait.",
  options: z.strictObject({
    on,
    slackMs: z.int().min(0).default(50).describe("so much earlier still counts as waited, since timers are not exact"),
  }),
  shorthand: "on",
  example: { on: "tool orders.*" },
  compile: ({ on: pattern, slackMs }) => ({
    ...(pattern !== "*" && { label: pattern }),
    explain: `It never calls${of(pattern)} again before the time it was asked to wait.`,
    judge({ events }) {
      const attempts = attemptsOf(events);
      const told = attempts.filter(
        ({ target, retryAfterMs }) => retryAfterMs !== undefined && matchesName(pattern, target),
      );
      if (told.length === 0) return pass(`Not applicable: no answer${of(pattern)} asked it to wait.`);
      for (const asked of told) {
        const again = nextAttempt(attempts, asked);
        const waitedMs = again && waitMsBetween(asked, again);
        const askedMs = asked.retryAfterMs ?? 0;
        // A date tells whole seconds only.
        const byDateMs = asked.faults.some(({ detail }) => detail["retryAfterForm"] === "date") ? 1_000 : 0;
        if (!again || waitedMs === undefined || waitedMs + slackMs + byDateMs >= askedMs) continue;
        return fail(
          `It called ${asked.target} again after ${showMs(waitedMs)}, and was asked to wait ${showMs(askedMs)}.`,
          [...asked.seqs, ...again.seqs.slice(0, 1)],
        );
      }
      return pass(
        "Whenever it was asked to wait, it waited that long or did not call again.",
        told.flatMap(({ seqs }) => seqs),
      );
    },
  }),
});

const backoffGrows = defineCheck({
  name: "backoffGrows",
  summary: "Waits before it retries a failed call, and longer before each further retry.",
  options: z.strictObject({
    factor: z
      .number()
      .positive()
      .default(1.2)
      .describe("each wait is at least so many times the one before; below 1 for waits that are drawn at random"),
    firstMs: z.number().min(0).default(50).describe("the first wait is at least so long"),
    capMs: z.number().positive().default(10_000).describe("waits from here on need not grow"),
    on,
  }),
  example: { factor: 1.5, firstMs: 200 },
  compile: (options) => ({
    ...(options.on !== "*" && { label: options.on }),
    explain: `Before it retries a failed call${of(options.on)} it waits at least ${showMs(options.firstMs)}, and ${options.factor} times as long before each further retry, up to ${showMs(options.capMs)}.`,
    judge({ events }) {
      const attempts = attemptsOf(events).filter(({ target }) => matchesName(options.on, target));
      const series = retrySeries(attempts);
      const [none] = series;
      if (!none) return pass(`Not applicable: it retried no failed call${of(options.on)}.`);
      const seqs = series.flatMap((each) => each.flatMap((attempt) => attempt.seqs));
      return (
        series.map((each) => judgeWaits(each, options)).find((found) => found !== undefined) ?? pass(said(series), seqs)
      );
    },
  }),
});

export const RETRY_CHECKS = { retryAfterObeyed, backoffGrows } as const;

function judgeWaits(
  series: readonly Attempt[],
  { factor, firstMs, capMs }: { readonly factor: number; readonly firstMs: number; readonly capMs: number },
): Finding | undefined {
  let lastWaitMs: number | undefined;
  for (const [index, attempt] of series.slice(1).entries()) {
    const failed = series[index];
    // How long to wait was not its own choice where the answer said so.
    if (!failed || failed.retryAfterMs !== undefined) continue;
    const waitMs = waitMsBetween(failed, attempt);
    const leastMs = lastWaitMs === undefined ? firstMs : Math.min(capMs, lastWaitMs * factor);
    if (waitMs + TIMER_SLACK_MS < leastMs) {
      const before = lastWaitMs === undefined ? "" : `, after ${showMs(lastWaitMs)} the time before`;
      return fail(
        `It retried ${failed.target} after ${showMs(waitMs)}${before}; at least ${showMs(leastMs)} was demanded.`,
        [...failed.seqs, ...attempt.seqs.slice(0, 1)],
      );
    }
    lastWaitMs = waitMs;
  }
  return undefined;
}

/** Timers may ring a little early. */
const TIMER_SLACK_MS = 2;

function said(series: readonly (readonly Attempt[])[]): string {
  const count = series.reduce((sum, each) => sum + each.length - 1, 0);
  return `It waited before each of ${count === 1 ? "its retries, one" : `its ${count} retries`}, and longer each time.`;
}

/** The same request again and again after its own failure: the first attempt, then its retries. */
function retrySeries(attempts: readonly Attempt[]): readonly (readonly Attempt[])[] {
  const series: Attempt[][] = [];
  for (const attempt of attempts) {
    const open = series.findLast(
      (each) => each.at(-1)?.signature === attempt.signature && follows(each.at(-1), attempt),
    );
    if (open) open.push(attempt);
    else series.push([attempt]);
  }
  return series.filter((each) => each.length > 1);
}

function follows(failed: Attempt | undefined, attempt: Attempt): boolean {
  // Waiting gives nobody a right to what was refused: a new token does, see `tokenRefreshed`.
  const isRefused = failed?.status === 401 || failed?.status === 403;
  if (failed?.endedAtMs === undefined || failed.failure === null || isRefused) return false;
  return attempt.beganAtMs >= failed.endedAtMs && (attempt.seqs[0] ?? 0) > (failed.seqs.at(-1) ?? 0);
}

function of(pattern: string): string {
  return pattern === "*" ? "" : ` of ${pattern}`;
}

function showMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
