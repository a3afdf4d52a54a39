import type { Edit } from "./edit.ts";
import { escapeJson, type JsonString, jsonStrings, unescapeJson } from "./json-strings.ts";
import { looksRandom } from "./looks-random.ts";
import { hideValue, type Look, type Scan } from "./scan.ts";
import type { SecretName } from "./secret-name.ts";

/** Members whose names hide their values, and what is written inside strings: escaped text, documents within documents. */
export const lookIntoJson: Look = (text, scan) => {
  const edits: Edit[] = [];
  let member: SecretName | undefined;
  /** Where the value, or the list's next value, would begin. */
  let from = -1;
  let memberName = "";
  let described: Described | undefined;
  for (const string of jsonStrings(text)) {
    const colon = colonBehind(text, string.end + 1);
    const raw = text.slice(string.start, string.end);
    if (colon !== -1) {
      memberName = string.hasEscape ? (unescapeJson(raw) ?? raw) : raw;
      member = scan.nameSecret(memberName, "document");
      from = colon + 1;
      if (described) {
        if (memberName.toLowerCase() === "value") member = described.secret;
        described = described.membersLeft > 0 ? { ...described, membersLeft: described.membersLeft - 1 } : undefined;
      }
      if (member?.isSure) edits.push(...hideNumber(text, from, member, scan));
      continue;
    }
    const isValue = from !== -1 && /^[\s[,+]{0,200}$/.test(text.slice(from, Math.min(string.start - 1, from + 201)));
    if (!isValue) member = undefined;
    edits.push(...editString(string, raw, member, scan));
    if (isValue && NAMING.has(memberName.toLowerCase())) {
      const secret = scan.nameSecret(raw, "document");
      if (secret?.isSure) described = { secret, membersLeft: 2 };
    }
    from = string.end + 1;
  }
  return edits;
};

/** `{"name": "password", "value": "..."}`: what the value of the member to come is called. */
interface Described {
  readonly secret: SecretName;
  readonly membersLeft: number;
}

const NAMING = new Set(["name", "key", "header", "field"]);
const NUMBER = /[\s+]{0,20}(-?\d{4,40})(?=[\s,}\]]|$)/y;

function hideNumber(text: string, from: number, { kind }: SecretName, scan: Scan): Edit[] {
  NUMBER.lastIndex = from;
  const [whole, digits] = NUMBER.exec(text) ?? [];
  if (whole === undefined || digits === undefined) return [];
  const end = from + whole.length;
  return [{ start: end - digits.length, end, text: `"${scan.vault.hide(digits, kind)}"` }];
}

function editString(
  { start, end, hasEscape }: JsonString,
  raw: string,
  name: SecretName | undefined,
  scan: Scan,
): Edit[] {
  if (!name && !hasEscape) return [];
  const value = hasEscape ? unescapeJson(raw) : raw;
  if (value === undefined) return [];
  const isHidden = name && (name.isSure || looksRandom(value));
  const clean = isHidden ? hideValue(value, name.kind, scan.vault) : hasEscape ? scan.inner(value) : value;
  return clean === value ? [] : [{ start, end, text: escapeJson(clean) }];
}

/** -1 where what follows is not the colon behind a member's name. A form's `+` is a space. */
function colonBehind(text: string, from: number): number {
  for (let at = from; at < text.length && at < from + 20; at += 1) {
    const character = text[at];
    if (character === ":") return at;
    if (character !== " " && character !== "\n" && character !== "\r" && character !== "\t" && character !== "+")
      return -1;
  }
  return -1;
}
