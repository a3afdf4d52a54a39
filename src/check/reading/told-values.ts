/** Numbers as they stand in texts: `23,553.00`, `-4`, `$10`. Not those inside of words and ids. */
const NUMBER = /(?<![\w.-])-?\d(?:[\d,]*\d)?(?:\.\d+)?(?!\w)/g;

/** Does the text say the value? A number counts however it is written; a text counts in any case of its letters. */
export function tells(text: string, value: string): boolean {
  const wanted = numberOf(value);
  if (wanted === undefined) return plain(text).includes(plain(value));
  return numbersIn(text).includes(wanted);
}

export function numbersIn(text: string): number[] {
  return [...text.matchAll(NUMBER)].map(([written]) => Number(written.replaceAll(",", "")));
}

function numberOf(value: string): number | undefined {
  const bare = value.trim().replace(/^[$€£]\s?|\s?%$/g, "");
  return /^-?\d(?:[\d,]*\d)?(?:\.\d+)?$/.test(bare) ? Number(bare.replaceAll(",", "")) : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
