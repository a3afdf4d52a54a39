/** What one stream showed, held against its schedule. */
export class TokenCheck {
  readonly #tokens: number;
  readonly #onLag: (lagMs: number) => void;
  #rest = "";
  #next = 0;
  missingCount = 0;
  /** Shown twice, or behind a later one. */
  repeatedCount = 0;

  constructor(tokens: number, onLag: (lagMs: number) => void) {
    this.#tokens = tokens;
    this.#onLag = onLag;
  }

  get hasBegun(): boolean {
    return this.#next > 0;
  }

  /** Takes text as it comes: whole tokens, several in one, or parts of them. */
  take(text: string, atMs: number): void {
    const words = (this.#rest + text).split(" ");
    this.#rest = words.pop() ?? "";
    for (const word of words) this.#takeToken(word, atMs);
  }

  end(): void {
    this.missingCount += this.#tokens - this.#next;
    this.#next = this.#tokens;
  }

  #takeToken(word: string, atMs: number): void {
    const [index = Number.NaN, dueUs = Number.NaN] = word.split(":").map(Number);
    this.#onLag(atMs - dueUs / 1_000);
    if (index < this.#next) {
      this.repeatedCount += 1;
      return;
    }
    // What is no number at all counts as missing too: the next one that is, tells how many.
    if (Number.isNaN(index)) return;
    this.missingCount += index - this.#next;
    this.#next = index + 1;
  }
}
