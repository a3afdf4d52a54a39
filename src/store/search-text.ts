import type { TraceSummary } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";
import type { Sql } from "./sql.ts";
import { marksOf } from "./trace-marks.ts";
import { wordsOf } from "./words-of.ts";

// oxlint-disable-next-line no-control-regex
const IS_ASCII = /^[\0-\x7f]*$/;
/** A word that `wordsOf` cuts: see its limit. */
const LONG_WORD = /[a-z0-9]{65}/i;

/** What a trace is found by, as a database's full-text index takes it: marks and words with spaces between. */
export function searchText(
  summary: TraceSummary,
  { words, dialect }: { readonly words: string; readonly dialect: Sql["dialect"] },
): string {
  return `${marksOf(summary).join(" ")} ${searchWords(words, dialect)}`.trim();
}

function searchWords(text: string, dialect: Sql["dialect"]): string {
  const whole = text.slice(0, LIMITS.traceTextCharactersMax);
  if (dialect === "postgres") return distinctWords(whole).join(" ");
  // Of plain texts SQLite's own tokenizer makes the same words, in a twentieth of the time.
  if (IS_ASCII.test(whole) && !LONG_WORD.test(whole)) return whole.replaceAll("\0", " ");
  return wordsOf(whole).join(" ");
}

/** Postgres takes so much of a text, and each word once. */
function distinctWords(text: string): string[] {
  let characters = 0;
  const kept: string[] = [];
  for (const word of new Set(wordsOf(text))) {
    characters += word.length;
    if (characters > LIMITS.traceWordsCharactersMax) break;
    kept.push(word);
  }
  return kept;
}
