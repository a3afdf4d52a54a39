// One process that serves streaming sessions, every event durable, under a load from another process.
//
// Each session is opened (POST), starts one run (POST, answered as a stream) and reads 200 tokens at 20 tokens/s, all on
// one connection. Arrival: evenly over 10 s ("spread"), which the targets are for, and all sessions at once, as fast as
// the load's process can open connections ("burst"), to show how it grows; the others are measured in both ways. Lag is
// the time from the moment a token was due, by a schedule fixed when its stream began, to the moment the client had it: a
// server that is late cannot move the schedule.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import type { Figure } from "./figure.ts";
import type { Load, LoadReport } from "./load/generate-load.ts";
import { figuresOfLoad, type LoadRow, shownRow } from "./load/load-row.ts";
import { aegisServer, honoServer, mastraServer, type LoadServer } from "./load/load-servers.ts";
import { serveProgram } from "./load/serve-program.ts";

interface Cell {
  readonly sessions: number;
  readonly tokens: number;
  readonly spreadMs: number;
}

const TOKENS_PER_SECOND = 20;
const TOKENS = 200;
const SPREAD_MS = 10_000;
const BURSTS: readonly Cell[] = [100, 300, 1_000, 3_000].map((sessions) => ({ sessions, tokens: TOKENS, spreadMs: 0 }));
const SPREADS: readonly Cell[] = [1_000].map((sessions) => ({ sessions, tokens: TOKENS, spreadMs: SPREAD_MS }));
/** The row with targets is measured so often. */
const ROUNDS = 3;
const SHORT: readonly Cell[] = [{ sessions: 100, tokens: 40, spreadMs: 0 }];
/** The peer takes minutes where there are more. */
const PEER_SESSIONS: readonly number[] = [100, 1_000];
/** What is not through by then, beyond the time that the tokens take, is an error. */
const PATIENCE_MS = 120_000;

export async function measureLoad({ isShort, hasPeers, aegis }: BenchOptions): Promise<Figure[]> {
  const cells = isShort ? SHORT : [...BURSTS, ...SPREADS];
  const peer = hasPeers && !isShort ? mastraServer() : undefined;
  const figures: Figure[] = [];
  for (const cell of cells) {
    const ours = await middleOf(cell.spreadMs > 0 ? ROUNDS : 1, () => measureCell(aegisServer(aegis), cell));
    const beside: LoadRow[] = [];
    if (hasPeers && !isShort) beside.push(await measureCell(honoServer(), cell));
    if (peer && PEER_SESSIONS.includes(cell.sessions)) beside.push(...(await measurePeer(peer, cell)));
    figures.push(...figuresOfLoad(ours, beside));
  }
  return figures;
}

/** Of several rounds the one with the middle lag: one neighbour on the machine is enough to spoil one round. */
async function middleOf(rounds: number, measure: () => Promise<LoadRow>): Promise<LoadRow> {
  const rows: LoadRow[] = [];
  for (let round = 0; round < rounds; round += 1) rows.push(await measure());
  rows.sort((left, right) => left.report.lagMs.p99 - right.report.lagMs.p99);
  return rows[rows.length >> 1] as LoadRow;
}

/** A fresh process and, where it keeps anything, a fresh file for each cell. */
async function measureCell(server: LoadServer, cell: Cell): Promise<LoadRow> {
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-load-"));
  try {
    const served = await serveProgram(server.program(folder));
    try {
      const before = served.use();
      const report = await generateLoad(served.url, server, cell);
      const after = served.use();
      const row: LoadRow = {
        server: server.name,
        ...cell,
        report,
        ...(before && after && { rssMaxMb: after.rssMaxMb, cpuMs: after.cpuMs - before.cpuMs }),
      };
      say(shownRow(row));
      return row;
    } finally {
      await served.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Somebody else's server that fails is said to have failed. */
async function measurePeer(server: LoadServer, cell: Cell): Promise<LoadRow[]> {
  try {
    return [await measureCell(server, cell)];
  } catch (error) {
    say(
      `${server.name} failed at ${cell.sessions} sessions and is left out: ${(error as Error).message.slice(0, 500)}`,
    );
    return [];
  }
}

async function generateLoad(url: string, { dialect }: LoadServer, cell: Cell): Promise<LoadReport> {
  const { sessions, tokens, spreadMs } = cell;
  const timeoutMs = (tokens * 1_000) / TOKENS_PER_SECOND + spreadMs + PATIENCE_MS;
  const schedule = { tokens, tokensPerSecond: TOKENS_PER_SECOND };
  const load: Load = { url, dialect, sessions, schedule, spreadMs, timeoutMs };
  const program = join(import.meta.dirname, "load", "generate-load.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(load)], {
    maxBuffer: 16 * 1_024 * 1_024,
  });
  return JSON.parse(stdout) as LoadReport;
}

await runAsProgram(import.meta.url, measureLoad);
