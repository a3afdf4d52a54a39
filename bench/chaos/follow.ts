// A reader of a run's events that believes nothing: it keeps every event as it came, over all its connections.
import type { PublicRunEvent } from "../../src/api/index.ts";
import type { Random } from "../../src/kernel/index.ts";
import type { Client } from "./insist.ts";

export interface Followed {
  /** As received, connection after connection; nothing is sorted, dropped or told apart. */
  readonly events: PublicRunEvent[];
  connections: number;
}

export interface FollowOptions {
  readonly runId: string;
  readonly random: Random;
  readonly followed: Followed;
  /** Called with every event, as it comes. */
  readonly onEvent: (event: PublicRunEvent) => void;
}

const PAUSE_MS = 30;
/** The server says something every 10 s. */
const SILENCE_MS = 25_000;
const CUT_SHARE = 0.25;
const CUT_EVENTS_MAX = 20;

/** Follows a run to its end, across broken connections and some it breaks itself. */
export async function followRun(client: Client, options: FollowOptions): Promise<void> {
  const { followed } = options;
  while (followed.events.at(-1)?.type !== "run.ended") {
    client.signal.throwIfAborted();
    followed.connections += 1;
    const isOver = await readOnce(client, options).catch(() => false);
    if (isOver) return;
    if (followed.events.at(-1)?.type !== "run.ended") await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** @returns true when the server says that nothing can follow */
async function readOnce(client: Client, { runId, random, followed, onEvent }: FollowOptions): Promise<boolean> {
  const closing = new AbortController();
  const last = followed.events.at(-1);
  const giveUp = () => closing.abort();
  let silence = setTimeout(giveUp, SILENCE_MS);
  let rest = random() < CUT_SHARE ? 1 + Math.floor(random() * CUT_EVENTS_MAX) : Number.POSITIVE_INFINITY;
  try {
    const response = await fetch(`${client.system.url()}/v1/runs/${runId}/events`, {
      headers: { accept: "text/event-stream", ...(last && { "last-event-id": String(last.seq) }) },
      signal: AbortSignal.any([client.signal, closing.signal]),
    });
    if (response.status === 204) return true;
    if (response.status !== 200 || response.body === null) {
      const text = await response.text();
      if (response.status < 500)
        client.onBadAnswer(`events of ${runId} after ${last?.seq}: ${response.status} ${text}`);
      return false;
    }
    for await (const event of eventsIn(response.body)) {
      clearTimeout(silence);
      silence = setTimeout(giveUp, SILENCE_MS);
      if (event === undefined) continue;
      followed.events.push(event);
      onEvent(event);
      if ((rest -= 1) <= 0) return false;
    }
    return false;
  } finally {
    clearTimeout(silence);
    closing.abort();
  }
}

/** Undefined for a sign of life that is no event. What was cut in the middle is no event either. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<PublicRunEvent | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    if (blocks.length === 0) yield undefined;
    for (const block of blocks) yield eventOf(block);
  }
}

function eventOf(block: string): PublicRunEvent | undefined {
  const lines = block.split("\n");
  const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
  if (data.length === 0) return undefined;
  const event = JSON.parse(data.join("\n")) as PublicRunEvent;
  const id = lines.find((line) => line.startsWith("id: "))?.slice(4);
  if (id !== String(event.seq)) throw new Error(`the stream's id ${id} is not the event's ${event.seq}`);
  return event;
}
