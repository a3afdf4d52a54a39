import OpenAI from "openai";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import { type ClientDriver, type Followed, type FollowTask, pause, RefusedError, type Told } from "./client-driver.ts";

/** The official client: a background response, streamed; behind a cut, `retrieve` with `starting_after`. */
export const openAiDriver: ClientDriver = {
  name: "openai",
  lanes: 3,
  follow: followByOpenAi,
  readWhole: readWholeResponse,
  close: () => Promise.resolve(),
};

const ENDS: ReadonlySet<string> = new Set(["response.completed", "response.failed", "response.incomplete"]);

async function followByOpenAi(task: FollowTask): Promise<Followed> {
  const client = openClient(task.url);
  const told: Told[] = [];
  let id: string | undefined;
  for (let tries = 0; ; tries += 1) {
    try {
      for await (const event of await openStream(client, { task, id, last: told.at(-1)?.place })) {
        told.push({ place: event.sequence_number, content: event });
        if (event.type === "response.created") id = event.response.id;
        if (id === undefined || !ENDS.has(event.type)) continue;
        const answer = "response" in event ? textOf(event.response) : undefined;
        return { runId: id.replace(/^resp_/, ""), told, reconnects: tries, answer };
      }
    } catch (error) {
      const status = error instanceof OpenAI.APIError && typeof error.status === "number" ? error.status : 0;
      if (status >= 400 && status < 500 && status !== 429) throw new RefusedError(String(error), { cause: error });
    }
    await pause(task.signal);
  }
}

/** What the response object says in the end, all messages of it. */
function textOf({ output }: Response): string {
  const messages = output.flatMap((item) => (item.type === "message" ? item.content : []));
  return messages.map((part) => (part.type === "output_text" ? part.text : "")).join("");
}

function openClient(url: string): OpenAI {
  // It may try once more by itself: that is how people have it.
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 1 });
}

interface Place {
  readonly task: FollowTask;
  readonly id: string | undefined;
  readonly last: number | undefined;
}

function openStream(client: OpenAI, { task, id, last }: Place) {
  const { agent: model, message: input, key, signal } = task;
  if (id === undefined || last === undefined) {
    const headers = { "Idempotency-Key": key };
    return client.responses.create({ model, input, background: true, stream: true }, { headers, signal });
  }
  return client.responses.retrieve(id, { stream: true, starting_after: last }, { signal });
}

async function readWholeResponse(url: string, { runId }: Followed): Promise<readonly Told[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of await openClient(url).responses.retrieve(`resp_${runId}`, { stream: true })) {
    events.push(event);
  }
  return events.map((event, place) => {
    if (event.sequence_number !== place)
      throw new Error(`event ${place} of ${runId} is called ${event.sequence_number}`);
    return { place, content: event };
  });
}
