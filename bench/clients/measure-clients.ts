import { seededRandom, seedFromText } from "../../src/kernel/index.ts";
import type { ClientDriver } from "./client-driver.ts";
import { addRows, type ClientRow, emptyRow } from "./client-row.ts";
import { curlDriver } from "./follow-by-curl.ts";
import { durableStreamsDriver } from "./follow-by-durable-streams.ts";
import { eventSourceDriver } from "./follow-by-event-source.ts";
import { openAiDriver } from "./follow-by-openai.ts";
import { openUseChatDriver } from "./follow-by-use-chat.ts";
import { followCutRun } from "./follow-cut-run.ts";
import { serveExample, type ServedSupport, serveSlowVariant } from "./served-support.ts";
import { settleRuns } from "./settle-runs.ts";

const DRIVERS = {
  curl: () => Promise.resolve(curlDriver),
  EventSource: () => Promise.resolve(eventSourceDriver),
  openai: () => Promise.resolve(openAiDriver),
  useChat: openUseChatDriver,
  "durable-streams": () => Promise.resolve(durableStreamsDriver),
} as const satisfies Record<string, () => Promise<ClientDriver>>;

export type ClientName = keyof typeof DRIVERS;

export const CLIENT_NAMES = Object.keys(DRIVERS) as readonly ClientName[];

export interface ClientsOptions {
  readonly seed: string;
  /** For each kind of client: half of them on the example, half on its slow variant. */
  readonly cutsPerClient: number;
  /** For each kind of client and each server: runs under which the server is killed. */
  readonly kills: number;
  readonly clients: readonly ClientName[];
  readonly say: (text: string) => void;
}

/** All kinds of clients at the same time, on two servers. */
export async function measureClients(options: ClientsOptions): Promise<readonly ClientRow[]> {
  const drivers = await Promise.all(options.clients.map((client) => DRIVERS[client]()));
  const served: ServedSupport[] = [];
  const settling: { stop(): Promise<void> }[] = [];
  try {
    served.push(await serveExample());
    served.push(await serveSlowVariant());
    settling.push(...served.map(({ url }) => settleRuns(url)));
    return await Promise.all(drivers.map((driver) => measureClient(driver, served, options)));
  } catch (error) {
    for (const each of served) options.say(`${each.name} said:\n${each.said()}`);
    throw error;
  } finally {
    await Promise.all(settling.map((each) => each.stop()));
    await Promise.all([...served.map((each) => each.stop()), ...drivers.map((driver) => driver.close())]);
  }
}

/** On one server after the other, until there are cuts enough on each. */
async function measureClient(
  driver: ClientDriver,
  served: readonly ServedSupport[],
  options: ClientsOptions,
): Promise<ClientRow> {
  let row = emptyRow(driver.name);
  for (const server of served) {
    const startedMs = Date.now();
    const added = await measureOn(driver, server, options);
    const seconds = ((Date.now() - startedMs) / 1_000).toFixed(0);
    options.say(`${driver.name} on ${server.name}: ${added.runs} runs, ${added.cuts} cuts, ${seconds} s`);
    row = addRows(row, added);
  }
  return row;
}

const COMPLAINTS_MAX = 5;

async function measureOn(driver: ClientDriver, served: ServedSupport, options: ClientsOptions): Promise<ClientRow> {
  const { seed, cutsPerClient, kills } = options;
  const wanted = Math.ceil(cutsPerClient / 2);
  let row = emptyRow(driver.name);
  let begun = 0;
  const lane = async () => {
    while ((row.cuts < wanted || begun < kills * KILL_EVERY) && row.complaints.length < COMPLAINTS_MAX) {
      const index = begun;
      begun += 1;
      const random = seededRandom(seedFromText(`${seed}/${driver.name}/${served.name}/${index}`));
      const isKilled = index % KILL_EVERY === 1 && index < kills * KILL_EVERY;
      const added = await followCutRun({ driver, served, random, isKilled });
      row = addRows(row, added);
    }
  };
  await Promise.all(Array.from({ length: driver.lanes }, lane));
  return row;
}

/** The first of so many runs has no kill, the second has, the others have none. */
const KILL_EVERY = 2;
