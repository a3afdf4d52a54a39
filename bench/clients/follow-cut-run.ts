import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { PublicRunEvent } from "../../src/api/index.ts";
import type { Random } from "../../src/kernel/index.ts";
import { type ClientDriver, type Followed, type FollowTask, pause } from "./client-driver.ts";
import { type ClientRow, emptyRow } from "./client-row.ts";
import { compareTold, type ToldFaults } from "./compare-told.ts";
import { planCut } from "./cut-plan.ts";
import { type Cut, type CuttingWay, openCuttingWay } from "./cutting-way.ts";
import { answerIn, readLog } from "./read-log.ts";
import type { ServedSupport } from "./served-support.ts";
import { type Ask, chooseAsk } from "./choose-ask.ts";

export interface CutRunOptions {
  readonly driver: ClientDriver;
  readonly served: ServedSupport;
  readonly random: Random;
  /** The server is killed while this run is followed. */
  readonly isKilled: boolean;
}

const RUN_MS_MAX = 90_000;
const CUTS_MIN = 3;
const CUTS_SPREAD = 8;

/** The size of a run, as one answer holds it. */
const SIZES = {
  "the example": { bytesMax: 7_000, eventsMax: 14, timeMsMax: 90, killMsMax: 150 },
  "its slow variant": { bytesMax: 40_000, eventsMax: 120, timeMsMax: 900, killMsMax: 2_500 },
} as const;

/** One run, started and followed over connections that break, then held against what the server has. */
export async function followCutRun(options: CutRunOptions): Promise<ClientRow> {
  const { driver, served, random, isKilled } = options;
  const size = SIZES[served.name];
  let cutsLeft = CUTS_MIN + Math.floor(random() * CUTS_SPREAD);
  const way = await openCuttingWay({
    target: served.url,
    plan: () => ((cutsLeft -= 1) < 0 ? undefined : planCut({ random, ...size })),
  });
  const ask = chooseAsk(random);
  const signal = AbortSignal.timeout(RUN_MS_MAX);
  const key = `run-${randomUUID()}`;
  const task: FollowTask = { url: way.url, agent: served.agent, key, random, signal, ...ask };
  const killing = isKilled ? killSoon(served, random() * size.killMsMax) : undefined;
  try {
    const followed = await driver.follow(task);
    await killing;
    return await judge({ options, task, way, followed });
  } catch (error) {
    const complaint = `${place(options, task)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return {
      ...emptyRow(driver.name),
      runs: 1,
      cuts: way.cuts.length,
      complaints: [`${complaint}\n${told(way.cuts)}`],
    };
  } finally {
    await killing;
    await way.close();
  }
}

async function killSoon(served: ServedSupport, afterMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await served.kill();
}

interface Followings {
  readonly options: CutRunOptions;
  readonly task: FollowTask;
  readonly way: CuttingWay;
  readonly followed: Followed;
}

async function judge({ options, task, way, followed }: Followings): Promise<ClientRow> {
  const { driver, served, isKilled } = options;
  const cuts = [...way.cuts];
  const log = await readLog(served.url, followed.runId);
  const whole = await untilItAnswers(() => driver.readWhole(served.url, followed, task), task.signal);
  const faults = compareTold(followed.told, whole);
  const endedAtMs = log.at(-1)?.atMs ?? 0;
  const complaints = complaintsOf(followed, faults, log).map(
    (what) => `${place(options, task)}, run ${followed.runId}: ${what}\n${told(cuts)}`,
  );
  return {
    ...emptyRow(driver.name),
    ...faults,
    runs: 1,
    cuts: cuts.length,
    cutsOnExample: served.name === "the example" ? cuts.length : 0,
    cutsWhileWorking: cuts.filter(({ atMs }) => atMs < endedAtMs).length,
    cutKinds: Object.fromEntries(
      Map.groupBy(cuts, ({ kind }) => kind)
        .entries()
        .map(([kind, all]) => [kind, all.length]),
    ),
    killedRuns: isKilled ? 1 : 0,
    reconnects: followed.reconnects,
    events: whole.length,
    complaints,
  };
}

/** Another run's kill may hit the server in the middle of this reading. */
async function untilItAnswers<Read>(read: () => Promise<Read>, signal: AbortSignal): Promise<Read> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted) throw error;
      await pause(signal);
    }
  }
}

function complaintsOf(followed: Followed, faults: ToldFaults, log: readonly PublicRunEvent[]): string[] {
  const complaints: string[] = [];
  const none: ToldFaults = { lost: 0, duplicated: 0, outOfOrder: 0, different: 0 };
  if (!isDeepStrictEqual(faults, none)) complaints.push(JSON.stringify(faults));
  const [first, last] = [log.at(0), log.at(-1)];
  if (first?.type !== "run.started") complaints.push(`the log begins with ${first?.type}`);
  if (last?.type !== "run.ended" || last.outcome !== "answered") complaints.push(`it ended ${JSON.stringify(last)}`);
  const answer = answerIn(log);
  if (followed.answer !== undefined && followed.answer !== answer) {
    complaints.push(`it shows ${JSON.stringify(followed.answer)} where the run answered ${JSON.stringify(answer)}`);
  }
  return complaints;
}

function place({ driver, served, isKilled }: CutRunOptions, { message }: Ask): string {
  return `${driver.name} on ${served.name}${isKilled ? ", killed" : ""}, "${message}"`;
}

function told(cuts: readonly Cut[]): string {
  return `  cuts: ${cuts.map(({ kind }) => kind).join(", ")}`;
}
