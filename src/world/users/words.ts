/** A word as it was written, and whether it may be changed. */
export interface Word {
  readonly text: string;
  /** Ids, numbers, addresses, codes and names: what the task rests on. */
  readonly isProtected: boolean;
  /** The white space behind it. */
  readonly gap: string;
}

const NUMBER_WORDS = new Set(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half once twice first second third".split(
    " ",
  ),
);

/** Words with their gaps; joined again they are the text. */
export function splitWords(text: string): { readonly lead: string; readonly words: readonly Word[] } {
  const lead = /^\s*/.exec(text)![0];
  let isSentenceStart = true;
  const words = [...text.slice(lead.length).matchAll(/(\S+)(\s*)/g)].map(([, word = "", gap = ""]): Word => {
    const isProtected = carriesFacts(word) || (!isSentenceStart && isName(word));
    isSentenceStart = /[.!?:]["')\]]*$/.test(word) || gap.includes("\n");
    return { text: word, isProtected, gap };
  });
  return { lead, words };
}

export function joinWords({ lead, words }: ReturnType<typeof splitWords>): string {
  return lead + words.map(({ text, gap }) => text + gap).join("");
}

/** Changes only what the task does not rest on. */
export function mapPlainWords(text: string, change: (word: string, index: number) => string): string {
  const { lead, words } = splitWords(text);
  const changed = words.map((word, index) => (word.isProtected ? word : { ...word, text: change(word.text, index) }));
  return joinWords({ lead, words: changed });
}

/** Replaces phrases in the runs of words between protected ones. */
export function mapPlainText(text: string, change: (run: string) => string): string {
  const { lead, words } = splitWords(text);
  let result = lead;
  let run = "";
  const flush = () => {
    // White space at the end keeps it apart from the protected word that follows.
    const inner = run.trimEnd();
    result += (inner === "" ? "" : change(inner)) + run.slice(inner.length);
    run = "";
  };
  for (const word of words) {
    if (!word.isProtected) {
      run += word.text + word.gap;
      continue;
    }
    flush();
    result += word.text + word.gap;
  }
  flush();
  return result;
}

/** A digit, an address, a path, a code in capitals, a quotation mark, or a number in words. */
export function carriesFacts(word: string): boolean {
  if (/[\p{N}@_#/\\`{}<>=$€£"“”]/u.test(word)) return true;
  const letters = word.replaceAll(/[^\p{L}]/gu, "");
  if (letters.length >= 2 && letters === letters.toUpperCase() && letters !== letters.toLowerCase()) return true;
  return word
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((part) => NUMBER_WORDS.has(part));
}

function isName(word: string): boolean {
  return /^\P{L}*\p{Lu}/u.test(word) && !/^\P{L}*I(?:['’]\p{L}+)?\P{L}*$/u.test(word);
}
