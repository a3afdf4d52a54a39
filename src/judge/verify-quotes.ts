import type { JudgeQuote } from "./judge.ts";
import type { Judgement } from "./read-judgement.ts";
import type { Transcript } from "./transcript.ts";

/**
 * Keeps the quotes that really occur in the transcript, told with the event they occur in: the one the judge named, or
 * else the first. Spaces and JSON's escapes do not count, words do.
 */
export function verifyQuotes(
  quotes: Judgement["quotes"],
  transcript: Transcript,
): { readonly verified: readonly JudgeQuote[]; readonly unverifiedCount: number } {
  const lines = transcript.lines.map(({ seq, text }) => ({ seq, text: plain(text) }));
  const verified = quotes.flatMap(({ event, text }): JudgeQuote[] => {
    const excerpt = plain(text).replaceAll(/^["'“”‘’…. ]+|["'“”‘’…. ]+$/g, "");
    if (excerpt === "") return [];
    const found = lines.filter((line) => line.text.includes(excerpt));
    const seq = (found.find((line) => line.seq === event) ?? found[0])?.seq;
    return seq === undefined ? [] : [{ seq, text: excerpt }];
  });
  return { verified, unverifiedCount: quotes.length - verified.length };
}

function plain(text: string): string {
  return text
    .replaceAll(/\\[nrt]/g, " ")
    .replaceAll(/\\(["\\/])/g, "$1")
    .replaceAll(/\s+/g, " ")
    .trim();
}
