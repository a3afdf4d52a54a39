import { z } from "zod";
import { AegisError, LIMITS } from "../kernel/index.ts";
import type { TraceSummary } from "../domain/index.ts";
import type { TraceQuery } from "../store/index.ts";
import { definedOnly } from "./defined-only.ts";

/** What narrows a list of traces. */
export const traceFlags = {
  agent: z.string().optional().describe("only runs of this agent"),
  agentVersion: z.string().optional().describe("only runs of this version of the agent"),
  user: z.string().optional().describe("only runs for this user"),
  session: z.string().optional().describe("only runs of this conversation"),
  origin: z
    .enum(["live", "trial", "observed"])
    .optional()
    .describe("live: our runtime's; trial: an eval's; observed: told by others' telemetry"),
  outcome: z
    .enum(["answered", "failed", "timeout", "exited", "cancelled", "unknown"])
    .optional()
    .describe("only runs that ended so: answered, failed, timeout, exited, cancelled or unknown"),
  finding: z.string().optional().describe("only runs with this finding; `any` for one at all"),
  tool: z.string().optional().describe("only runs that called this tool"),
  model: z.string().optional().describe("only runs that asked this model"),
  since: z.string().optional().describe("only runs begun since then: 30m, 12h, 7d, or a date"),
  minCost: z.coerce.number().min(0).optional().describe("only runs that cost at least so many dollars"),
  minSeconds: z.coerce.number().min(0).optional().describe("only runs that took at least so long"),
  minErrors: z.coerce.number().int().min(0).optional().describe("only runs in which at least so many calls failed"),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(20).describe("rows to show"),
};

/** Of a list that ends. */
export const traceListFlags = {
  ...traceFlags,
  until: z.string().optional().describe("only runs begun before then: 30m, 12h, 7d ago, or a date"),
};

const traceListFlagsSchema = z.strictObject(traceListFlags);
type TraceFlags = z.output<typeof traceListFlagsSchema>;

export function traceQueryOf(flags: TraceFlags, nowMs: number): TraceQuery {
  const { limit, agent, agentVersion: version, user, session, origin, outcome, finding, tool, model } = flags;
  const { since, until, minCost, minSeconds, minErrors: errorCountMin } = flags;
  return {
    limit,
    ...definedOnly({ agent, version, user, session, origin, outcome, finding, tool, model, errorCountMin }),
    ...definedOnly({
      startedFromMs: since === undefined ? undefined : momentOf("--since", since, nowMs),
      startedToMs: until === undefined ? undefined : momentOf("--until", until, nowMs),
      costMicroUsdMin: minCost === undefined ? undefined : Math.round(minCost * 1e6),
      durationMsMin: minSeconds === undefined ? undefined : minSeconds * 1_000,
    }),
  } as TraceQuery;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** @throws {AegisError} "cli.usage" */
function momentOf(flag: string, text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNITS_MS[unit] ?? 0);
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(atMs)) return atMs;
  throw new AegisError("cli.usage", `${flag}: ${JSON.stringify(text)} is no time`, {
    fix: "Give a duration such as 30m, 12h or 7d, or a date such as 2026-11-20 or 2026-11-20T14:00:00Z.",
  });
}

/** Under a list that is full: how to see what is not in it. Empty for one that is not. */
export function tellOlder(traces: readonly TraceSummary[], { limit }: Pick<TraceFlags, "limit">): string {
  const last = traces.at(-1);
  if (last === undefined || traces.length < limit) return "";
  // The last row again rather than one too few.
  const at = new Date(Math.floor(last.startedAtMs) + 1);
  const older = Number.isNaN(at.getTime()) ? "" : `; what is older with --until ${at.toISOString()}`;
  return `the newest ${limit}: more with --limit, at most ${LIMITS.pageRowsMax}${older}\n`;
}
