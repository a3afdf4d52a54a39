/** Long, of mixed characters and without words' repetition: what a generator makes and a person does not write. */
export function looksRandom(text: string): boolean {
  if (text.length < 16 || text.length > 4_096 || /\s/.test(text)) return false;
  return /\d/.test(text) && /[A-Za-z]/.test(text) && bitsPerCharacter(text) >= 3;
}

/** What could be a password or token where a name beside it says so, and is no word, path, call or number. */
export function looksSecret(text: string): boolean {
  if (text.length < 8 || text.length > 4_096 || /[\s(){}<>$]/.test(text)) return false;
  return /[A-Za-z]/.test(text) && /[\d!@#%^&*]/.test(text);
}

function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
