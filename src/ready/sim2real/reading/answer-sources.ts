import type { RunEvent } from "../../../domain/index.ts";

export type AnswerSource = "live" | "a trial's world" | "scripted model" | "replayed model" | "disturbed on purpose";

/**
 * Where the answers of models and tools came from, one entry per answer, as far as the log tells. Bytes that a trial's
 * network edge gave back from a cassette are not told apart from those of a service of the case: both are the world's.
 */
export function answerSources(events: readonly RunEvent[]): AnswerSource[] {
  const started = events.find((event) => event.type === "run.started");
  const isTrial = started?.origin === "trial";
  const disturbed = new Set(
    events.flatMap((event) => (event.type === "fault.injected" && event.effect !== undefined ? [event.effect] : [])),
  );
  return events.flatMap((event): AnswerSource[] => {
    if (event.type !== "model.called" && event.type !== "tool.called") return [];
    if (disturbed.has(event.effect)) return ["disturbed on purpose"];
    if (event.type === "tool.called") return [isTrial ? "a trial's world" : "live"];
    if (event.provider === "scripted") return ["scripted model"];
    return [event.provider === "replay" ? "replayed model" : "live"];
  });
}
