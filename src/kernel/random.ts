/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** FNV-1a over UTF-16 units, 32 bits: turns a text into a seed. Not for security. */
export function seedFromText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Seeded generator (sfc32): the same seed gives the same sequence on every machine.
 * @param seed any integer; only its low 32 bits count
 * @see C. Doty-Humphrey, PractRand: sfc32
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let index = 0; index < 12; index += 1) next();
  return next;
}
