import type { ToolDeclaration } from "../../domain/index.ts";

/**
 * What a tool does: as declared, or else as the verb of its name says. `seems to read` has a verb that only looks in a
 * place where it need not be what the tool does; `tells` writes to somebody and settles nothing; `hands over` gives the
 * matter to a person.
 */
export type ToolNature = "changes" | "reads" | "seems to read" | "tells" | "hands over" | "unknown";

export function natureOf(tool: string, declarations: ReadonlyMap<string, ToolDeclaration>): ToolNature {
  const declaration = declarations.get(tool);
  if (declaration) {
    if (declaration.purpose === "escalation") return "hands over";
    if (declaration.purpose === "notification" || declaration.purpose === "draft") return "tells";
    return declaration.risk === "read" ? "reads" : "changes";
  }
  return readName(tool).nature;
}

/** `cancelOrder`, `orders.cancel` and `cancel-order` are words. */
export function wordsOfName(name: string): readonly string[] {
  return readName(name).words;
}

/** Without the server or group that stands before the tool: `cancel`, `order` of `shop.cancel_order`. */
export function ownWordsOfName(name: string): readonly string[] {
  return readName(name).ownWords;
}

interface ReadName {
  readonly words: readonly string[];
  readonly ownWords: readonly string[];
  readonly nature: ToolNature;
}

/** Names come from outside: what is kept of them has an end. */
const NAMES_KEPT_MAX = 10_000;
const NAME_CHARACTERS_MAX = 200;
const names = new Map<string, ReadName>();

function readName(name: string): ReadName {
  const known = names.get(name);
  if (known) return known;
  const words = splitName(name);
  const ownWords = splitName(name.split(/[./:]|__/).at(-1) ?? name);
  const read = { words, ownWords, nature: natureOfWords(words, ownWords) };
  if (name.length > NAME_CHARACTERS_MAX) return read;
  if (names.size >= NAMES_KEPT_MAX) names.clear();
  names.set(name, read);
  return read;
}

/** Verbs of tools that look, count or think. */
const READS = setOf(
  "get list find search read fetch look lookup check calculate compute count think show view describe query verify validate " +
    "retrieve browse inspect preview estimate compare",
);
/** As a rule. */
const SEEMS_TO_READ = setOf("load ask summarize summarise grep cat ls scroll explain");
/** Behind what they are about, too: `orderLookup`. */
const READS_AT_THE_END = setOf("get fetch lookup");
const CHANGES = setOf(
  "create update delete cancel book rebook modify exchange return pay refund issue transfer add remove set submit place " +
    "change edit write put patch buy purchase schedule reschedule reserve confirm close approve charge credit deposit " +
    "withdraw insert upsert drop enable disable activate deactivate reset revoke grant assign unassign merge deploy publish " +
    "upload rename move replace restore renew subscribe unsubscribe register block unblock redeem order ship dispatch save execute",
);
const TELLS = setOf("send notify email message post reply log record comment alert announce say");
const HANDS_OVER =
  /(?:^|_)(?:escalate|(?:transfer|hand_?off|forward|route|connect)_to_(?:an?_)?(?:human|person|people|live|representative))/;

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** The verb stands first or last, as a rule: `get_order`, `refund.issue`. */
function natureOfWords(words: readonly string[], ownWords: readonly string[]): ToolNature {
  const [first = "", second = ""] = ownWords;
  const last = ownWords.at(-1) ?? "";
  if (first === "check" && (second === "in" || second === "out")) return "changes";
  if (READS.has(first) || READS_AT_THE_END.has(last)) return "reads";
  if (HANDS_OVER.test(words.join("_"))) return "hands over";
  for (const word of [first, last, ...ownWords.slice(1, -1), ...words]) {
    if (READS.has(word) || SEEMS_TO_READ.has(word)) return "seems to read";
    if (TELLS.has(word)) return "tells";
    if (CHANGES.has(word)) return "changes";
  }
  return "unknown";
}

function splitName(name: string): string[] {
  return name
    .slice(0, NAME_CHARACTERS_MAX)
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}
