import type { Message, Witness } from "../domain/index.ts";
import { escapeTerminal, type Json } from "../kernel/index.ts";

/** A finished conversation as a judge reads it: one line an event. */
export interface Transcript {
  readonly lines: readonly TranscriptLine[];
  /** Something was too long and is marked as cut. */
  readonly isCut: boolean;
}

export interface TranscriptLine {
  /** The event's sequence number, or the message's place. */
  readonly seq: number;
  /** As shown, without its number: who, then the content as JSON on one line. */
  readonly text: string;
  readonly witness: Witness | null;
}

const CONTENT_CHARACTERS_MAX = 4_000;
const TRANSCRIPT_CHARACTERS_MAX = 400_000;

/** One line. Content becomes JSON, so that no text within it can begin a line of its own and pose as an event. */
export function transcriptLine(
  seq: number,
  who: string,
  { content, witness = null }: { readonly content: Json; readonly witness?: Witness | null },
): TranscriptLine {
  const json = JSON.stringify(content).replaceAll(/[\u0085\u2028\u2029]/g, escapeLineEnd);
  const more = json.length - CONTENT_CHARACTERS_MAX;
  const shown =
    more > 0 ? `${json.slice(0, CONTENT_CHARACTERS_MAX).toWellFormed()} [cut: ${more} more characters]` : json;
  return { seq, text: `${escapeTerminal(who)}: ${shown}`, witness };
}

/** Leaves out lines in the middle when there are too many for a prompt, and says so. */
export function transcriptOf(lines: readonly TranscriptLine[]): Transcript {
  const isCut = lines.some(({ text }) => text.endsWith(" more characters]"));
  let rest = TRANSCRIPT_CHARACTERS_MAX - lines.reduce((sum, { text }) => sum + text.length, 0);
  if (rest >= 0) return { lines, isCut };
  // The beginning says what was asked, the end what came of it: the middle goes first.
  const middle = Math.floor(lines.length / 2);
  let from = middle;
  let to = middle;
  while (rest < 0 && (from > 0 || to < lines.length)) {
    if (from > 0) rest += lines[--from]?.text.length ?? 0;
    if (rest < 0 && to < lines.length) rest += lines[to++]?.text.length ?? 0;
  }
  const gap = { seq: lines[from]?.seq ?? 0, text: `[cut: ${to - from} events left out]`, witness: null };
  return { lines: [...lines.slice(0, from), gap, ...lines.slice(to)], isCut: true };
}

/** A conversation without a log; a message's number is its place. */
export function transcriptOfMessages(messages: readonly Message[]): Transcript {
  const lines = messages.flatMap((message, seq): TranscriptLine[] => {
    switch (message.role) {
      case "system":
      case "user":
        return [transcriptLine(seq, message.role, { content: message.content })];
      case "assistant":
        return [
          ...(message.content === "" ? [] : [transcriptLine(seq, "agent", { content: message.content })]),
          ...(message.toolRequests ?? []).map(({ tool, arguments: given }) =>
            transcriptLine(seq, `agent called ${tool} with`, { content: given }),
          ),
        ];
      case "tool":
        return [
          transcriptLine(seq, `${message.tool} ${message.isError ? "failed" : "returned"}`, {
            content: message.result,
          }),
        ];
    }
  });
  return transcriptOf(lines);
}

/** A text, e.g. of a label file: lines that begin `#12 ` are events of that number, everything else belongs to the one above. */
export function transcriptOfText(text: string): Transcript {
  const events: { seq: number; text: string }[] = [];
  for (const line of text.split("\n")) {
    const numbered = /^#(\d+)\s+(.*)$/s.exec(line);
    const last = events.at(-1);
    if (numbered) events.push({ seq: Number(numbered[1]), text: numbered[2] ?? "" });
    else if (last) last.text += `\n${line}`;
    else events.push({ seq: 0, text: line });
  }
  return transcriptOf(events.map(({ seq, text: content }) => transcriptLine(seq, "event", { content })));
}

function escapeLineEnd(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
