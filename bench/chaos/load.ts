// The people and programs that use the system while it suffers: sessions, one run or several in each.
import type { PublicRunEvent } from "../../src/api/index.ts";
import { type Random, seededRandom, seedFromText } from "../../src/kernel/index.ts";
import { followRun, type Followed } from "./follow.ts";
import { type Client, insist } from "./insist.ts";
import type { Ledger } from "./ledger.ts";
import { openPerson, type Said } from "./person.ts";
import { asideMessage, type ChaosAgent, planMessage } from "./plan.ts";

/** A run that the system accepted, and all its client knows of it. */
export interface AcceptedRun {
  readonly id: string;
  readonly sessionId: string;
  readonly agent: ChaosAgent;
  readonly key: string;
  readonly message: string;
  readonly followed: Followed;
  readonly said: Said[];
  /** Somebody asked for its end, and may have been heard. */
  isCancelled: boolean;
}

export interface Aside {
  readonly sessionId: string;
  readonly message: string;
}

export interface LoadOptions {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly seed: string;
  /** Sessions at a time. */
  readonly lanes: number;
  readonly runs: AcceptedRun[];
  /** Messages that steer, and that the system said it has. */
  readonly asides: Aside[];
  /** No further session is begun once it is true. */
  readonly isOver: () => boolean;
  readonly onEvent: (run: AcceptedRun, event: PublicRunEvent) => void;
}

const CANCEL_SHARE = 0.08;
const STEERED_SHARE = 0.3;

/** Resolves when all that was accepted has ended. */
export async function putUnderLoad(options: LoadOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.lanes }, (_, lane) => driveLane(options, lane)));
}

async function driveLane(options: LoadOptions, lane: number): Promise<void> {
  for (let count = 0; !options.isOver(); count += 1) {
    const sessionId = `${options.seed}-${lane}-${count}`;
    await driveSession(options, sessionId, seededRandom(seedFromText(sessionId)));
  }
}

async function driveSession(options: LoadOptions, sessionId: string, random: Random): Promise<void> {
  const { client } = options;
  const agent: ChaosAgent = random() < 0.5 ? "mixer" : "talker";
  const made = await insist(client, "/v1/sessions", { method: "POST", body: { agent, id: sessionId } });
  const wasMadeBefore = made.status === 409 && made.failures > 0;
  if (made.status !== 201 && !wasMadeBefore) return client.onBadAnswer(`session: ${JSON.stringify(made)}`);
  const count = 1 + Math.floor(random() * 3);
  const isSteered = random() < STEERED_SHARE;
  const driven: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const run = await accept(options, { sessionId, agent, key: `${sessionId}-${index}` });
    if (run) driven.push(handled(driveRun(options, run, { random: seededRandom(seedFromText(run.key)), isSteered })));
  }
  if (isSteered) await steer(options, { sessionId, random });
  await Promise.all(driven);
  await untilIdle(client, sessionId);
}

/** Says something aside, twice, at some moment while the session is at work or just after. */
async function steer(
  { client, asides }: LoadOptions,
  { sessionId, random }: { readonly sessionId: string; readonly random: Random },
): Promise<void> {
  for (let index = 0; index < 2; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, random() * 1_200));
    const key = `${sessionId}-aside-${index}`;
    const message = asideMessage(key);
    const { status, body } = await insist(client, `/v1/sessions/${sessionId}/runs`, {
      method: "POST",
      body: { message, whenBusy: "steer" },
      headers: { "idempotency-key": key },
    });
    if (status === 202) asides.push({ sessionId, message });
    else client.onBadAnswer(`aside: ${status} ${JSON.stringify(body)}`);
  }
}

/** Messages that came too late for the run under way become runs that nobody follows. */
async function untilIdle(client: Client, sessionId: string): Promise<void> {
  for (;;) {
    const { body } = await insist(client, `/v1/sessions/${sessionId}/runs?limit=100`);
    const { items } = body as { readonly items: readonly { readonly status: string }[] };
    if (items.every(({ status }) => status === "ended")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function accept(
  { client, runs }: LoadOptions,
  asked: Pick<AcceptedRun, "sessionId" | "agent" | "key">,
): Promise<AcceptedRun | undefined> {
  const { sessionId, agent, key } = asked;
  const message = planMessage(agent, key);
  const answer = await insist(client, `/v1/sessions/${sessionId}/runs`, {
    method: "POST",
    body: { message },
    headers: { "idempotency-key": key },
  });
  if (answer.status !== 202) {
    client.onBadAnswer(`run: ${JSON.stringify(answer)}`);
    return undefined;
  }
  const { id } = (answer.body as { readonly run: { readonly id: string } }).run;
  const run: AcceptedRun = {
    ...asked,
    id,
    message,
    followed: { events: [], connections: 0 },
    said: [],
    isCancelled: false,
  };
  runs.push(run);
  return run;
}

async function driveRun(
  options: LoadOptions,
  run: AcceptedRun,
  { random, isSteered }: { readonly random: Random; readonly isSteered: boolean },
): Promise<void> {
  const { client, ledger } = options;
  const person = openPerson(client, { runId: run.id, random, ledger, said: run.said });
  // What a cancelled run left undone, the talker's model would take for its own.
  const cancelling = random() < CANCEL_SHARE && !isSteered ? handled(cancelLater(client, run, random)) : undefined;
  const { followed } = run;
  const onEvent = (event: PublicRunEvent) => {
    person.see(event);
    options.onEvent(run, event);
  };
  await followRun(client, { runId: run.id, random, followed, onEvent });
  await person.rest();
  await cancelling;
}

async function cancelLater(client: Client, run: AcceptedRun, random: Random): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, random() * 2_500));
  const { status, failures } = await insist(client, `/v1/runs/${run.id}/cancel`, { method: "POST", body: {} });
  // The answer to an earlier try may have got lost, and the run have ended of it meanwhile.
  run.isCancelled = status === 202 || failures > 0;
}

/** Awaited later, or never when something else went wrong first. */
function handled(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}
