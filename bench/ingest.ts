// What taking in other people's traces costs one core: spans kept, settled and searchable per second, beside the least
// anybody can do (lines of JSON, on the disk before each answer); how long lists and searches take among a million spans;
// and whether a killed process has kept all it acknowledged. node bench/ingest.ts [--short] [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { type Asked, KINDS } from "./ingest/ask-questions.ts";
import type { AskPlan, Ingested, IngestPlan } from "./ingest/ingest-process.ts";
import { killAndCount } from "./ingest/kill-and-count.ts";
import { startProcess } from "./ingest/start-process.ts";

interface Plan {
  readonly spans: number;
  readonly rounds: number;
  readonly kills: number;
  /** While it is asked for lists and searches. */
  readonly spansPerSecond: number;
}

const FULL: Plan = { spans: 1_000_000, rounds: 40, kills: 20, spansPerSecond: 5_000 };
const SHORT: Plan = { spans: 30_000, rounds: 5, kills: 2, spansPerSecond: 2_000 };

const SPANS_PER_SECOND_MIN = 20_000;
const ANSWER_MS_MAX = 50;

export async function measureIngest({ isShort }: BenchOptions): Promise<Figure[]> {
  const plan = isShort ? SHORT : FULL;
  const folder = mkdtempSync(join(tmpdir(), "aegis-bench-ingest-"));
  try {
    const path = join(folder, "store.db");
    const linesPlan = { path: join(folder, "lines"), spans: Math.min(plan.spans, 200_000), seed: 1 };
    const lines = await measured<Ingested>("writeLines", linesPlan);
    rmSync(linesPlan.path);
    const ours = await measured<Ingested>("ingest", { path, spans: plan.spans, seed: 1 });
    const idle = await measured<Asked[]>("ask", { ...plan, path, seed: 2, spansPerSecond: 0 });
    const busy = await measured<Asked[]>("ask", { ...plan, path, seed: 3 });
    const lost = await killAndCount(join(folder, "killed.db"), plan.kills);
    return [
      ...ingestFigures(ours, lines),
      ...askFigures("nothing comes in", idle),
      ...askFigures(`${plan.spansPerSecond} spans/s come in`, busy),
      lost,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of one core: pinned where that can be done, and counted in its own time, so that others on the machine do not count. */
function ingestFigures(ours: Ingested, lines: Ingested): Figure[] {
  const perSecond = ({ spans, cpuSeconds, generatingSeconds }: Ingested) => spans / (cpuSeconds - generatingSeconds);
  const [rate, linesRate] = [perSecond(ours), perSecond(lines)];
  const [median = 0, p95 = 0, longest = 0] = ours.acknowledgedMs;
  say(
    `${ours.spans} spans in ${ours.seconds.toFixed(1)} s (${(ours.spans / ours.seconds).toFixed(0)} per second of the clock), ` +
      `acknowledged after ${median.toFixed(0)} ms, 95 % ${p95.toFixed(0)} ms, longest ${longest.toFixed(0)} ms; ` +
      `memory ${ours.rssMb.map((mb) => mb.toFixed(0)).join(" ")} MB; unsettled traces ${ours.backlog.join(" ")}`,
  );
  const [early, late] = [Math.max(...ours.rssMb.slice(0, 4)), Math.max(...ours.rssMb.slice(-3))];
  const [earlyBacklog, lateBacklog] = [Math.max(...ours.backlog.slice(0, 4)), Math.max(...ours.backlog.slice(-3))];
  return [
    {
      what: "ingest: spans kept, settled and searchable per second of one core",
      value: rate,
      unit: "",
      targetMin: SPANS_PER_SECOND_MIN,
      peers: [{ name: "bare lines of JSON", value: linesRate }],
      bound: { of: "the time of bare lines of JSON", ratio: linesRate / rate, ratioMax: 25 },
    },
    {
      what: "ingest: memory at the end over memory at the beginning",
      value: late / early,
      unit: "",
      target: 1.25,
      bound: { of: "memory at the beginning", ratio: late / early, ratioMax: 2 },
    },
    {
      what: "ingest: traces waiting to be settled, end over beginning",
      value: lateBacklog / earlyBacklog,
      unit: "",
      target: 1.25,
    },
  ];
}

function askFigures(when: string, asked: readonly Asked[]): Figure[] {
  for (const { kind, what, ms, rows } of asked)
    say(`${kind} ${what}, ${when}: 95 % ${p95Of(ms).toFixed(1)} ms, ${rows} rows`);
  return KINDS.map((kind) => ({
    what: `traces: ${kind}, 95 %, ${when}`,
    value: p95Of(asked.filter((each) => each.kind === kind).flatMap(({ ms }) => ms)),
    unit: "ms",
    target: ANSWER_MS_MAX,
  }));
}

function p95Of(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}

async function measured<Measured>(what: string, plan: IngestPlan | AskPlan): Promise<Measured> {
  const child = startProcess(what, plan);
  let text = "";
  for await (const chunk of child.stdout!) text += String(chunk);
  if (text === "") throw new Error(`${what} ended without a word`);
  return JSON.parse(text) as Measured;
}

await runAsProgram(import.meta.url, measureIngest);
