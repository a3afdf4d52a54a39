/** A text that was looked at. */
export interface CleanText {
  readonly text: string;
  /** Whether anything in it may be base64. */
  readonly hasPacked: boolean;
  /** The places in it that were looked at closer, and so with what stands behind them. */
  readonly closerLooks: readonly number[];
}

interface Kept {
  readonly clean: CleanText;
  /** See `landmarksOf`. */
  readonly landmarks: readonly string[];
  readonly place: number;
}

/** Texts are looked for by what stands before this place, and before that of twice, four times as many characters, and so on. */
const FIRST_PLACE = 512;
const LANDMARK_LENGTH = 64;
const TEXT_MAX = 512 * 1024;
const CHARACTERS_MAX = 4 * 1024 * 1024;
const COUNT_MAX = 4_096;
const STEP = 64;

/** Texts without suspicion that were looked at last: prompts begin as others did, and repeat the ones before them. */
export class CleanTexts {
  /** In a circle: what was kept first goes first. */
  readonly #kept: (Kept | undefined)[] = Array.from({ length: COUNT_MAX });
  #newest = 0;
  #oldest = 0;
  readonly #byLandmark = new Map<string, Kept>();
  #characters = 0;

  #sought: { readonly text: string; readonly landmarks: readonly string[] } = { text: "", landmarks: [] };

  /** @returns one that begins like the text */
  like(text: string): CleanText | undefined {
    const landmarks = landmarksOf(text);
    this.#sought = { text, landmarks };
    for (let index = landmarks.length - 1; index >= 0; index -= 1) {
      const clean = this.#byLandmark.get(landmarks[index] ?? "")?.clean;
      if (clean && isSameUpTo(FIRST_PLACE << index, text, clean.text)) return clean;
    }
    return undefined;
  }

  keep(clean: CleanText): void {
    const { text } = clean;
    const landmarks = this.#sought.text === text ? this.#sought.landmarks : landmarksOf(text);
    if (landmarks.length === 0) return;
    this.#newest = (this.#newest + 1) % COUNT_MAX;
    if (this.#newest === this.#oldest) this.#oldest = (this.#oldest + 1) % COUNT_MAX;
    this.#forget(this.#kept[this.#newest]);
    const kept = { clean, landmarks, place: this.#newest };
    for (const landmark of landmarks) {
      const before = this.#byLandmark.get(landmark);
      // What it goes on from is not needed any more; its landmarks keep it in memory.
      if (before && isBeginning(before.clean.text, text)) this.#forget(before);
      else this.#byLandmark.delete(landmark);
      this.#byLandmark.set(landmark, kept);
    }
    this.#kept[kept.place] = kept;
    this.#characters += text.length;
    while (this.#characters > CHARACTERS_MAX) {
      this.#oldest = (this.#oldest + 1) % COUNT_MAX;
      this.#forget(this.#kept[this.#oldest]);
    }
  }

  #forget(kept: Kept | undefined): void {
    if (kept === undefined) return;
    this.#kept[kept.place] = undefined;
    this.#characters -= kept.clean.text.length;
    for (const landmark of kept.landmarks) {
      if (this.#byLandmark.get(landmark) === kept) this.#byLandmark.delete(landmark);
    }
  }
}

/** The nearest to the beginning first. */
function landmarksOf(text: string): string[] {
  const landmarks: string[] = [];
  if (text.length > TEXT_MAX) return landmarks;
  for (let place = FIRST_PLACE; place <= text.length; place *= 2) {
    landmarks.push(text.slice(place - LANDMARK_LENGTH, place));
  }
  return landmarks;
}

/** But for the bracket that closes a list. */
function isBeginning(beginning: string, text: string): boolean {
  return isSameUpTo(beginning.length - 1, beginning, text);
}

function isSameUpTo(length: number, text: string, other: string): boolean {
  return text.length >= length && other.length >= length && text.slice(0, length) === other.slice(0, length);
}

/** How much of two texts is the same at least. Slices are compared many characters at once. */
export function sharedLength(text: string, other: string): number {
  if (isBeginning(other, text)) return other.length - 1;
  let [same, different] = [0, Math.min(text.length, other.length)];
  while (different - same > STEP) {
    const middle = (same + different) >> 1;
    if (text.slice(same, middle) === other.slice(same, middle)) same = middle;
    else different = middle;
  }
  return same;
}
