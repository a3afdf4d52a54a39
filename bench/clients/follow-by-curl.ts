import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PublicRunEvent } from "../../src/api/index.ts";
import { type ClientDriver, type Followed, type FollowTask, pause, RefusedError, type Told } from "./client-driver.ts";
import { readLogAsTold } from "./read-log.ts";
import { openSession } from "./start-run.ts";

/** `curl -N`: the run's events in the answer to its start; behind a cut, from `Last-Event-ID` on. */
export const curlDriver: ClientDriver = {
  name: "curl",
  lanes: 2,
  follow: followByCurl,
  readWhole: (url, { runId }) => readLogAsTold(url, runId),
  close: () => Promise.resolve(),
};

async function followByCurl(task: FollowTask): Promise<Followed> {
  const session = await openSession(task);
  const told: Told[] = [];
  let runId: string | undefined;
  for (let tries = 0; ; tries += 1) {
    const last = told.at(-1)?.place;
    const answer = await curl(runId === undefined ? startWords(task, session) : resumeWords(task, runId, last), task);
    runId ??= answer.runId;
    told.push(...answer.events.map((event) => ({ place: event.seq, content: event })));
    if (runId !== undefined && answer.events.at(-1)?.type === "run.ended") return { runId, told, reconnects: tries };
    if (answer.status !== undefined && answer.status !== 200 && answer.status !== 503) {
      throw new RefusedError(`curl got ${answer.status} behind event ${last}: ${answer.body}`);
    }
    await pause(task.signal);
  }
}

function startWords({ url, key, message }: FollowTask, session: string): string[] {
  const body = ["-H", "Content-Type: application/json", "--data-binary", JSON.stringify({ message })];
  return [...body, "-H", `Idempotency-Key: ${key}`, `${url}/v1/sessions/${session}/runs`];
}

function resumeWords({ url }: FollowTask, runId: string, last: number | undefined): string[] {
  return [...(last === undefined ? [] : ["-H", `Last-Event-ID: ${last}`]), `${url}/v1/runs/${runId}/events`];
}

interface CurlAnswer {
  readonly status: number | undefined;
  readonly runId: string | undefined;
  readonly events: readonly PublicRunEvent[];
  readonly body: string;
}

async function curl(words: readonly string[], { signal }: FollowTask): Promise<CurlAnswer> {
  const child = spawn("curl", ["-sNi", "-H", "Accept: text/event-stream", ...words], {
    stdio: ["ignore", "pipe", "ignore"],
    signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  const text = Buffer.concat(chunks).toString("utf8");
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return { status: undefined, runId: undefined, events: [], body: "" };
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    runId: /^aegis-run-id: (\w+)\r?$/im.exec(head)?.[1],
    events: wholeEvents(body),
    body,
  };
}

/** Those with the empty line that ends them; what the cut left of one is none. */
function wholeEvents(body: string): PublicRunEvent[] {
  const blocks = body.split("\n\n").slice(0, -1);
  return blocks.flatMap((block) => {
    const lines = block.split("\n");
    const content = lines.find((line) => line.startsWith("data: "))?.slice(6);
    if (content === undefined) return [];
    const event = JSON.parse(content) as PublicRunEvent;
    if (!lines.includes(`id: ${event.seq}`)) throw new Error(`the stream names event ${event.seq} otherwise`);
    return [event];
  });
}
