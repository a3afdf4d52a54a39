import { z } from "zod";
import type { RunEvent } from "../domain/index.ts";
import { defineCheck, fail, type Finding, pass } from "./define-check.ts";
import { type Attempt, attemptsOf } from "./reading/attempts.ts";
import { faultsOf } from "./reading/faults.ts";
import { toolCallsOf } from "./reading/tool-calls.ts";
import { showTimes } from "./show-value.ts";
import { matchesSomeName, toolPatterns } from "./text-schemas.ts";

const options = z.strictObject({
  by: toolPatterns
    .default(["*refresh*", "*login*", "*token*", "*authenticate*"])
    .describe(
      "tools that ask for a new token; a POST to an address with token, refresh, oauth, auth or login counts too",
    ),
  max: z.int().min(1).default(1).describe("so often it may ask in a row, before a call has worked again"),
});

export const tokenRefreshed = defineCheck({
  name: "tokenRefreshed",
  summary: "When its access token has expired, it asks for a new one once, and does not go on with the old one.",
  options,
  shorthand: "by",
  example: { by: ["auth.refresh"] },
  compile: (given) => ({
    explain: `After a token has expired, it asks for a new one before it calls again, and not more than ${showTimes(given.max)} in a row.`,
    judge: ({ events }) => judgeRefresh(events, given),
  }),
});

function judgeRefresh(events: readonly RunEvent[], { by, max }: z.output<typeof options>): Finding {
  const expiry = faultsOf(events, toolCallsOf(events)).find(({ kind }) => kind === "token-expired")?.event;
  if (!expiry) return pass("Not applicable: no token expired in this run.");
  const isRefresh = ({ target }: Attempt) => asksForToken(target, by);
  const attempts = withoutInner(attemptsOf(events), isRefresh).filter(
    ({ target, seqs }) => target !== "model" && (seqs.at(-1) ?? 0) >= expiry.seq,
  );
  const refreshes = attempts.filter(isRefresh);
  const others = attempts.filter((attempt) => !isRefresh(attempt));
  const seqs = [expiry.seq, ...refreshes.flatMap((attempt) => attempt.seqs)];
  for (const refused of others.filter(wasRefused)) {
    const again = others.find((each) => each.target === refused.target && isAfter(each, refused));
    const isRenewed = again && refreshes.some((each) => isAfter(each, refused) && isAfter(again, each));
    if (!again || isRenewed) continue;
    return fail(`It called ${again.target} again without asking for a new token.`, [
      ...refused.seqs,
      ...again.seqs.slice(0, 1),
    ]);
  }
  if (refreshes.length === 0) return fail("It never asked for a new token.", seqs);
  const loop = longestLoop(attempts, isRefresh);
  if (loop.length > max) {
    return fail(`It asked for a new token ${showTimes(loop.length)} in a row, and nothing worked in between.`, [
      expiry.seq,
      ...loop.flatMap((attempt) => attempt.seqs),
    ]);
  }
  return pass(`It asked for a new token ${showTimes(refreshes.length)}.`, seqs);
}

function asksForToken(target: string, by: readonly string[]): boolean {
  const [boundary, name = "", place = ""] = target.split(" ");
  if (boundary === "tool") return matchesSomeName(by, target.slice("tool ".length));
  return name === "POST" && /(?:^|\/)(?:tokens?|refresh|oauth2?|auth|login)(?:\/|$|_)/i.test(place);
}

function wasRefused({ status, faults }: Attempt): boolean {
  return status === 401 || faults.some(({ kind }) => kind === "token-expired");
}

function isAfter(later: Attempt, earlier: Attempt): boolean {
  const isInOrder = (later.seqs[0] ?? 0) > (earlier.seqs.at(-1) ?? 0);
  const isOneClock = isHttp(later) === isHttp(earlier);
  return isInOrder && (!isOneClock || later.beganAtMs >= (earlier.endedAtMs ?? Infinity));
}

/** The request that a tool makes to get a token is no second asking. */
function withoutInner(attempts: readonly Attempt[], isRefresh: (attempt: Attempt) => boolean): readonly Attempt[] {
  const tools = attempts.filter((attempt) => !isHttp(attempt) && isRefresh(attempt));
  return attempts.filter((attempt) => {
    const seq = attempt.seqs[0] ?? 0;
    const isInside = tools.some(({ seqs }) => seq > (seqs[0] ?? 0) && (seqs.length === 1 || seq < (seqs.at(-1) ?? 0)));
    return !isHttp(attempt) || !isRefresh(attempt) || !isInside;
  });
}

function isHttp({ target }: Attempt): boolean {
  return target.startsWith("http ");
}

function longestLoop(attempts: readonly Attempt[], isRefresh: (attempt: Attempt) => boolean): readonly Attempt[] {
  let longest: Attempt[] = [];
  let loop: Attempt[] = [];
  for (const attempt of attempts) {
    if (isRefresh(attempt)) loop.push(attempt);
    else if (attempt.failure === null) loop = [];
    if (loop.length > longest.length) longest = [...loop];
  }
  return longest;
}
