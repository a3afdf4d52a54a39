import type { Message, RunEvent } from "../domain/index.ts";
import type { JudgeInput } from "./judge.ts";
import { transcriptOfRun } from "./transcript-of-run.ts";
import { type Transcript, transcriptOfMessages, transcriptOfText } from "./transcript.ts";

/** Any form of a conversation as a transcript. */
export function readTranscript(conversation: JudgeInput["conversation"]): Transcript {
  if (typeof conversation === "string") return transcriptOfText(conversation);
  if ("lines" in conversation) return conversation;
  return isLog(conversation) ? transcriptOfRun(conversation) : transcriptOfMessages(conversation);
}

function isLog(entries: readonly RunEvent[] | readonly Message[]): entries is readonly RunEvent[] {
  const [first] = entries;
  return first !== undefined && "seq" in first;
}
