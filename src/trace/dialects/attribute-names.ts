import type { JsonObject } from "../../kernel/index.ts";

type Question<Answer> = (names: readonly string[]) => Answer;

/**
 * The names of a span's attributes in their order. Spans have the same few sets of names again and again: what follows
 * from the names alone is found out once for each set.
 */
export class AttributeNames {
  readonly #before: AttributeNames | undefined;
  readonly #last: string;
  readonly #depth: number;
  #next: Map<string, AttributeNames> | undefined;
  #answers: Map<Question<unknown>, unknown> | undefined;

  constructor(before?: AttributeNames, last = "") {
    this.#before = before;
    this.#last = last;
    this.#depth = before === undefined ? 0 : before.#depth + 1;
  }

  /** These names and one more. */
  and(name: string): AttributeNames {
    const known = this.#next?.get(name);
    if (known !== undefined) return known;
    const next = new AttributeNames(this, name);
    if (this.#depth < NAMES_MAX && name.length <= NAME_CHARACTERS_MAX && keptCount < KEPT_MAX) {
      this.#next ??= new Map();
      this.#next.set(name, next);
      keptCount += 1;
    }
    return next;
  }

  /** @param question the same function each time it is asked */
  answer<Answer>(question: Question<Answer>): Answer {
    this.#answers ??= new Map();
    if (!this.#answers.has(question)) this.#answers.set(question, question(AttributeNames.#list(this)));
    return this.#answers.get(question) as Answer;
  }

  static #list(whole: AttributeNames): string[] {
    const names: string[] = [];
    for (let here = whole; here.#before !== undefined; here = here.#before) names.push(here.#last);
    return names.reverse();
  }
}

/** Names come from outside: what is kept of them has an end. */
const KEPT_MAX = 5_000;
const NAME_CHARACTERS_MAX = 200;
/** Spans with more have hardly ever the same ones. */
const NAMES_MAX = 64;
let root = new AttributeNames();
let keptCount = 0;

export function namesOf(attributes: JsonObject): AttributeNames {
  if (keptCount >= KEPT_MAX) {
    root = new AttributeNames();
    keptCount = 0;
  }
  let here = root;
  for (const name in attributes) here = here.and(name);
  return here;
}
