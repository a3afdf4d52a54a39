// The load, in a process of its own: `node generate-load.ts LOAD_AS_JSON` prints a LoadReport.
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../../src/stats/index.ts";
import { DIALECTS, type DialectName } from "./dialects.ts";
import { LoadSession, type SessionResult } from "./load-session.ts";
import type { StreamSchedule } from "./stream-schedule.ts";

export interface Load {
  readonly url: string;
  readonly dialect: DialectName;
  readonly sessions: number;
  readonly schedule: StreamSchedule;
  /** Sessions arrive evenly over this time; 0: all at once. */
  readonly spreadMs: number;
  readonly timeoutMs: number;
}

export interface LoadReport {
  readonly errorCount: number;
  /** A few of them, with how many there are of each. */
  readonly errors: Readonly<Record<string, number>>;
  readonly missingCount: number;
  readonly repeatedCount: number;
  readonly sessionMs: Spread;
  readonly firstEventMs: Spread;
  readonly firstTokenMs: Spread;
  readonly lagMs: Spread;
  /** Processor time of the generator. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

async function generateLoad(load: Load): Promise<LoadReport> {
  const { sessions: count, schedule, spreadMs, timeoutMs } = load;
  const lags: number[] = [];
  const target = {
    url: new URL(load.url),
    dialect: DIALECTS[load.dialect],
    schedule,
    onLag: (lagMs: number) => void lags.push(lagMs),
  };
  const startMs = performance.now();
  const sessions: LoadSession[] = [];
  for (let index = 0; index < count; index += 1) {
    const waitMs = startMs + (index * spreadMs) / count - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    sessions.push(new LoadSession(target));
  }
  const giveUp = setTimeout(() => sessions.forEach((session) => session.giveUp()), timeoutMs);
  const results = await Promise.all(sessions.map(({ done }) => done));
  clearTimeout(giveUp);
  return { ...reportOf(results, lags), wallMs: performance.now() - startMs };
}

function reportOf(results: readonly SessionResult[], lags: readonly number[]): Omit<LoadReport, "wallMs"> {
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const errors: Record<string, number> = {};
  for (const failure of failures) {
    if (failure in errors || Object.keys(errors).length < 10) errors[failure] = (errors[failure] ?? 0) + 1;
  }
  const { user, system } = process.cpuUsage();
  return {
    errorCount: failures.length,
    errors,
    missingCount: results.reduce((sum, { missingCount }) => sum + missingCount, 0),
    repeatedCount: results.reduce((sum, { repeatedCount }) => sum + repeatedCount, 0),
    sessionMs: spreadOf(results.map(({ sessionMs }) => sessionMs)),
    firstEventMs: spreadOf(results.map(({ firstEventMs }) => firstEventMs)),
    firstTokenMs: spreadOf(results.map(({ firstTokenMs }) => firstTokenMs)),
    lagMs: spreadOf(lags),
    cpuMs: (user + system) / 1_000,
  };
}

/** Of those that there are: what never came is an error, and no time. */
function spreadOf(values: readonly number[]): Spread {
  const there = values.filter(Number.isFinite);
  if (there.length === 0) return { p50: Number.NaN, p99: Number.NaN, max: Number.NaN };
  return { p50: quantile(there, 0.5), p99: quantile(there, 0.99), max: quantile(there, 1) };
}

console.log(JSON.stringify(await generateLoad(JSON.parse(process.argv[2] ?? "") as Load)));
