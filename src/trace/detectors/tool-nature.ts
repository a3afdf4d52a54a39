import type { ToolDeclaration } from "../../domain/index.ts";

/**
 * What a tool does: as declared, or else as the verb of its name says. `tells` writes to somebody and settles nothing;
 * `hands over` gives the matter to a person.
 */
export type ToolNature = "changes" | "reads" | "tells" | "hands over" | "unknown";

const READS = new Set(
  (
    "get list find search read fetch lookup look query retrieve check view show describe count calculate compute think " +
    "verify validate browse load estimate compare inspect ask summarize summarise grep cat ls scroll explain preview"
  ).split(" "),
);
const CHANGES = new Set(
  (
    "create update delete cancel book rebook modify exchange return pay refund issue transfer add remove set submit place " +
    "change edit write put patch buy purchase schedule reschedule reserve confirm close approve charge credit deposit " +
    "withdraw insert upsert drop enable disable activate deactivate reset revoke grant assign unassign merge deploy publish " +
    "upload rename move replace restore renew subscribe unsubscribe register block unblock redeem order ship dispatch save execute"
  ).split(" "),
);
const TELLS = new Set("send notify email message post reply log record comment alert announce say".split(" "));
const HANDS_OVER =
  /(?:^|_)(?:escalate|(?:transfer|hand_?off|forward|route|connect)_to_(?:an?_)?(?:human|person|people|live|representative))/;

export function natureOf(tool: string, declarations: ReadonlyMap<string, ToolDeclaration>): ToolNature {
  const declaration = declarations.get(tool);
  if (declaration) {
    if (declaration.purpose === "escalation") return "hands over";
    if (declaration.purpose === "notification" || declaration.purpose === "draft") return "tells";
    return declaration.risk === "read" ? "reads" : "changes";
  }
  return natureOfName(tool);
}

const natures = new Map<string, ToolNature>();
/** Names come from outside: what is kept of them has an end. */
const NAMES_KEPT_MAX = 10_000;

function natureOfName(tool: string): ToolNature {
  const known = natures.get(tool);
  if (known) return known;
  const words = wordsOfName(tool);
  const nature = HANDS_OVER.test(words.join("_")) ? "hands over" : natureOfWords(words);
  if (natures.size >= NAMES_KEPT_MAX) natures.clear();
  natures.set(tool, nature);
  return nature;
}

/** The verb stands first or last: `get_order`, `refund.issue`. */
function natureOfWords(words: readonly string[]): ToolNature {
  for (const word of [words[0] ?? "", words.at(-1) ?? "", ...words.slice(1, -1)]) {
    if (READS.has(word)) return "reads";
    if (TELLS.has(word)) return "tells";
    if (CHANGES.has(word)) return "changes";
  }
  return "unknown";
}

const NAME_CHARACTERS_MAX = 200;
const namesWords = new Map<string, readonly string[]>();

/** `cancelOrder`, `orders.cancel` and `cancel-order` are words. */
export function wordsOfName(name: string): readonly string[] {
  const known = namesWords.get(name);
  if (known) return known;
  const words = splitName(name);
  if (name.length > NAME_CHARACTERS_MAX) return words;
  if (namesWords.size >= NAMES_KEPT_MAX) namesWords.clear();
  namesWords.set(name, words);
  return words;
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
