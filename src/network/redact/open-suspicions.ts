import { isJsonObject, type Json } from "../../kernel/index.ts";
import { lookIntoBase64 } from "./look-into-encodings.ts";
import type { ScanTools } from "./scan-text.ts";
import { wordsOf } from "./secret-name.ts";
import { SuspicionFinder, withoutEscapes } from "./suspicion.ts";

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
  const finder = new SuspicionFinder(tools.nameSecret);
  const ownNames = ownNamesPattern(names);
  const known = new KnownTexts(tools);
  const said = new Map<string, NameSays>();
  const isSuspect = (text: string) => finder.find(text) === "suspect" || ownNames?.test(text) === true;
  const ofText = (text: string) => {
    if (text.length < TEXT_MIN) return false;
    const suspicion = finder.find(text);
    if (suspicion === "suspect" || ownNames?.test(text) === true) return true;
    return known.mayBeIn(text, suspicion === "packed");
  };
  const judge = (name: string): NameSays => {
    if (tools.nameSecret(name, "document")?.isSure === true || isSuspect(JSON.stringify({ [name]: 0 }))) return "sure";
    return isSuspect(JSON.stringify({ [name]: "generated-0000000000" })) ? "unsure" : "nothing";
  };
  const says = (name: string): NameSays => {
    const before = said.get(name);
    if (before !== undefined) return before;
    const now = judge(name);
    if (name.length <= NAME_KEPT_CHARACTERS_MAX && said.size < NAMES_KEPT_MAX) said.set(name, now);
    return now;
  };
  const ofMember = (name: string, value: Json): boolean => {
    const isCalled = says(name);
    if (isCalled === "sure" || known.mayBeIn(name, true)) return true;
    if (typeof value !== "string") return (isCalled === "unsure" && typeof value === "object") || ofJson(value);
    if (isCalled === "unsure" && value.length >= UNSURE_VALUE_MIN) return true;
    return ofText(value) || (NAMING.test(name) && tools.nameSecret(value, "document")?.isSure === true);
  };
  const ofJson = (value: Json): boolean => {
    if (typeof value === "string") return ofText(value);
    if (typeof value === "number") return known.mayBeIn(String(value), false);
    if (Array.isArray(value)) return value.some((each: Json) => ofJson(each));
    if (!isJsonObject(value)) return false;
    for (const name in value) if (ofMember(name, value[name] ?? null)) return true;
    return false;
  };
  return { ofText, ofJson };
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
