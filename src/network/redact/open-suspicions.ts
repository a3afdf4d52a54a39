import { isJsonObject, type Json } from "../../kernel/index.ts";
import { lookIntoBase64 } from "./look-into-encodings.ts";
import type { ScanTools } from "./scan-text.ts";
import { type NameSecret, nameSecret, wordsOf } from "./secret-name.ts";
import { type Suspicion, SuspicionFinder, withoutEscapes } from "./suspicion.ts";

/** Says of most values that hold no secret that there is none, in a quarter of the time of looking through them. */
export interface Suspicions {
  ofText(text: string): boolean;
  ofJson(value: Json): boolean;
}

/** What the name of a member says: nothing, that its value is hidden if it looks generated, or in any case. */
type NameSays = "nothing" | "unsure" | "sure";

const TEXT_MIN = 4;
const UNSURE_VALUE_MIN = 8;
const NAMES_KEPT_MAX = 10_000;
const NAME_KEPT_CHARACTERS_MAX = 200;

/** @param names those that hide their values here, besides those known everywhere */
export function openSuspicions(tools: ScanTools, names: readonly string[]): Suspicions {
  const told = toldBy(names);
  const known = new KnownTexts(tools);
  const ofText = (text: string) => {
    if (text.length < TEXT_MIN) return false;
    const suspicion = told.find(text);
    return suspicion === "suspect" || known.mayBeIn(text, suspicion === "packed");
  };
  const ofMember = (name: string, value: Json): boolean => {
    const { says, isNaming } = told.name(name);
    if (says === "sure" || known.mayBeIn(name, true)) return true;
    if (typeof value !== "string") return (says === "unsure" && typeof value === "object") || ofJson(value);
    if (says === "unsure" && value.length >= UNSURE_VALUE_MIN) return true;
    return ofText(value) || (isNaming && tools.nameSecret(value, "document")?.isSure === true);
  };
  const ofJson = (value: Json): boolean => {
    if (typeof value === "string") return ofText(value);
    if (typeof value === "number") return !known.isEmpty && known.mayBeIn(String(value), false);
    if (Array.isArray(value)) return value.some((each: Json) => ofJson(each));
    if (!isJsonObject(value)) return false;
    for (const name in value) if (ofMember(name, value[name] ?? null)) return true;
    return false;
  };
  return { ofText, ofJson };
}

/** Redactors come and go, one for each request, and most are told the same names. */
const toldByNames = new Map<string, ToldByNames>();
const TOLD_KEPT_MAX = 16;

function toldBy(names: readonly string[]): ToldByNames {
  const key = JSON.stringify(names);
  const before = toldByNames.get(key);
  if (before) return before;
  const told = new ToldByNames(names);
  if (toldByNames.size >= TOLD_KEPT_MAX) toldByNames.clear();
  toldByNames.set(key, told);
  return told;
}

/** What texts and names are by themselves, whatever secrets are known. */
class ToldByNames {
  readonly #nameSecret: NameSecret;
  readonly #finder: SuspicionFinder;
  readonly #ownNames: RegExp | undefined;
  readonly #names = new Map<string, ToldName>();

  constructor(names: readonly string[]) {
    this.#nameSecret = nameSecret(names);
    this.#finder = new SuspicionFinder(this.#nameSecret);
    this.#ownNames = ownNamesPattern(names);
  }

  find(text: string): Suspicion {
    return this.#ownNames?.test(text) === true ? "suspect" : this.#finder.find(text);
  }

  name(name: string): ToldName {
    const before = this.#names.get(name);
    if (before) return before;
    const told = { says: this.#judge(name), isNaming: NAMING.test(name) };
    if (name.length <= NAME_KEPT_CHARACTERS_MAX && this.#names.size < NAMES_KEPT_MAX) this.#names.set(name, told);
    return told;
  }

  #judge(name: string): NameSays {
    const isSure = this.#nameSecret(name, "document")?.isSure === true;
    if (isSure || this.find(JSON.stringify({ [name]: 0 })) === "suspect") return "sure";
    return this.find(JSON.stringify({ [name]: "generated-0000000000" })) === "suspect" ? "unsure" : "nothing";
  }
}

interface ToldName {
  readonly says: NameSays;
  readonly isNaming: boolean;
}

/** Of `{"name": "password", "value": ...}`, see `lookIntoJson`. */
const NAMING = /^(?:name|key|header|field)$/i;

/** A name is there only where the longest of its words is. */
function ownNamesPattern(names: readonly string[]): RegExp | undefined {
  const longest = names.flatMap((name) =>
    wordsOf(name)
      .toSorted((left, right) => right.length - left.length)
      .slice(0, 1),
  );
  return longest.length === 0 ? undefined : new RegExp(longest.join("|"), "i");
}

/** The secrets that are known letter by letter. */
class KnownTexts {
  readonly #tools: ScanTools;
  /** As they are, and as their bytes are. */
  readonly #texts: string[] = [];
  #count = 0;
  /** Where JSON has one of them in it, it is written with a backslash, or may be. */
  #isEscaped = false;

  constructor(tools: ScanTools) {
    this.#tools = tools;
  }

  get isEmpty(): boolean {
    return this.#tools.vault.known().length === 0;
  }

  /** @param hasPacked whether anything in the text may be base64 */
  mayBeIn(text: string, hasPacked: boolean): boolean {
    const known = this.#tools.vault.known();
    if (known.length === 0) return false;
    for (; this.#count < known.length; this.#count += 1) this.#learn(known[this.#count]?.text ?? "");
    if (this.#texts.some((each) => text.includes(each)) || (this.#isEscaped && text.includes("\\"))) return true;
    return hasPacked && this.#isPackedIn(text);
  }

  #learn(bytes: string): void {
    const text = Buffer.from(bytes, "latin1").toString("utf8");
    this.#texts.push(bytes);
    if (text !== bytes) this.#texts.push(text);
    this.#isEscaped ||= /[^\x20-\x7e]|["\\]/.test(bytes);
  }

  #isPackedIn(text: string): boolean {
    let isFound = false;
    const inner = (unpacked: string) => {
      isFound ||= unpacked.includes("\0") || this.#texts.some((each) => unpacked.includes(each));
      return unpacked;
    };
    // As it is, and as it is read a level deeper, where a line break is no letter before the run.
    for (const each of text.includes("\\") ? [text, withoutEscapes(text)] : [text]) {
      lookIntoBase64(each, { ...this.#tools, inner });
    }
    return isFound;
  }
}
