import { publicEvent } from "../../api/index.ts";
import type { UIMessageChunk } from "ai";
import type { RunEvent } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { isWaitedFor } from "../run-parts/index.ts";
import { SSE_STREAM, type StreamWriter } from "../open-streams.ts";
import type { ServerContext, ServerDeps } from "../route-context.ts";
import type { ChatFollow } from "./act-on-wish.ts";
import { ChatChunks } from "./chat-chunks.ts";

const HEADERS = { ...SSE_STREAM.headers, "x-vercel-ai-ui-message-stream": "v1" };

/** Answers with a run as a UI message stream, from an event on to its end or to where it waits for a person. */
export function answerChat(c: ServerContext, { run, fromSeq }: ChatFollow, deps: ServerDeps): Promise<Response> {
  const options = { ...SSE_STREAM, headers: { ...HEADERS, "aegis-run-id": run.id } };
  return deps.stream(c, options, async (stream) => {
    const chunks = new ChatChunks({ runId: run.id, sessionId: run.sessionId });
    await write(stream, chunks.opening(fromSeq));
    await writeRun(stream, { runId: run.id, fromSeq, chunks, deps });
    await stream.write("data: [DONE]\n\n");
  });
}

async function writeRun(
  stream: StreamWriter,
  at: { readonly runId: Id<"run">; readonly fromSeq: number; readonly chunks: ChatChunks; readonly deps: ServerDeps },
): Promise<void> {
  const { runId, fromSeq, chunks, deps } = at;
  for await (const event of deps.runtime.follow({ runId, signal: stream.signal })) {
    const shown = publicEvent(event);
    if (shown === undefined) continue;
    // What the client has is read all the same: what follows builds on it.
    const told = chunks.read(shown);
    if (event.seq < fromSeq) continue;
    deps.metrics.eventsSent += 1;
    await write(stream, told);
    if (isForPerson(event) && (await isWaitedFor(deps, { runId, effects: event.effects }))) {
      return write(stream, chunks.closing(event.seq + 1));
    }
  }
}

/** The client decides approvals; doubts are for operators, and the message goes on when they are settled. */
function isForPerson(event: RunEvent): event is RunEvent<"run.paused"> {
  return event.type === "run.paused" && event.on === "approval";
}

async function write(stream: StreamWriter, chunks: readonly UIMessageChunk[]): Promise<void> {
  if (chunks.length === 0) return;
  const full = stream.write(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(""));
  if (full) await full;
}
