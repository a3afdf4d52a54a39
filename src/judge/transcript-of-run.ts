import type { RunEvent } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import { type Transcript, type TranscriptLine, transcriptLine, transcriptOf } from "./transcript.ts";

/**
 * What a judge may know of a run: what was said and done, and what changed. Left out are settings, clocks, what the
 * agent printed, and faults: an agent is judged by what it could see.
 */
export function transcriptOfRun(events: readonly RunEvent[]): Transcript {
  // Where answers are not logged as messages (an agent seen only at the network edge), the model's words stand in.
  const hasAnswers = events.some((event) => event.type === "message.sent");
  return transcriptOf(events.flatMap((event) => linesOf(event, hasAnswers)));
}

function linesOf(event: RunEvent, hasAnswers: boolean): TranscriptLine[] {
  const line = (who: string, content: Json | undefined) => [
    transcriptLine(event.seq, who, { content: content ?? null, witness: event.witness }),
  ];
  switch (event.type) {
    case "message.received":
      return line(event.from, event.content);
    case "message.sent":
      return line("agent", event.content);
    case "model.returned": {
      const { content = "", toolRequests } = event.message ?? {};
      const isAnswer = !toolRequests?.length;
      return content === "" || (isAnswer && hasAnswers) ? [] : line("agent", content);
    }
    case "tool.called":
      return line(`agent called ${event.tool} with`, event.arguments);
    case "tool.returned":
      return event.error
        ? line(`${event.tool} failed`, event.error.message)
        : line(`${event.tool} returned`, event.result);
    case "http.called":
      return line(`agent sent ${event.method} ${event.url}`, event.body);
    case "http.returned":
      return line(`HTTP answered ${event.status ?? "nothing"}`, event.error?.message ?? event.body);
    case "approval.requested":
      return line(`agent asked for approval${event.tool ? ` of ${event.tool}` : ""}`, event.reason);
    case "approval.decided":
      return line(`${event.by} ${event.decision}`, event.arguments);
    case "memory.called":
      return line(`agent's memory: ${event.operation} ${event.key}`, event.value);
    case "memory.returned":
      return line("memory returned", event.value);
    case "state.captured":
      return event.changes.length === 0
        ? []
        : line(
            "what changed",
            event.changes.map((change) => ({ ...change })),
          );
    case "run.ended":
      return event.outcome === "answered" ? [] : line("the run ended", event.error?.message ?? event.outcome);
    case "doubt.settled":
      return line(`${event.by} settled a call in doubt`, event.result ?? event.decision);
    case "run.started":
    case "run.resumed":
    case "run.paused":
    case "model.called":
    case "model.streamed":
    case "model.reset":
    case "sleep.called":
    case "sleep.returned":
    case "clock.read":
    case "random.drawn":
    case "fault.injected":
    case "replay.ended":
    case "sandbox.closed":
    case "output.captured":
      return [];
  }
}
