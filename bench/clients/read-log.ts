import type { PublicRunEvent } from "../../src/api/index.ts";
import { insist } from "../chaos/insist.ts";
import type { Told } from "./client-driver.ts";
import { clientOf } from "./start-run.ts";

interface Page {
  readonly items: readonly PublicRunEvent[];
  readonly nextSeq: number;
  readonly isComplete: boolean;
}

/** All public events of a run that has ended, page by page. */
export async function readLog(url: string, runId: string): Promise<readonly PublicRunEvent[]> {
  const client = clientOf({ url, signal: AbortSignal.timeout(60_000) });
  const events: PublicRunEvent[] = [];
  for (let fromSeq = 0; ;) {
    const { status, body } = await insist(client, `/v1/runs/${runId}/events?fromSeq=${fromSeq}&limit=100`);
    if (status !== 200) throw new Error(`the log of ${runId}: ${status} ${JSON.stringify(body)}`);
    const page = body as Page;
    events.push(...page.items);
    if (page.isComplete) return events;
    if (page.nextSeq === fromSeq) throw new Error(`${runId} has not ended`);
    fromSeq = page.nextSeq;
  }
}

export async function readLogAsTold(url: string, runId: string): Promise<readonly Told[]> {
  return (await readLog(url, runId)).map((event) => ({ place: event.seq, content: event }));
}

/** What the run answered, all its messages to the user. */
export function answerIn(events: readonly PublicRunEvent[]): string {
  return events.flatMap((event) => (event.type === "message.sent" ? [event.content] : [])).join("");
}
