import { canonicalJson, isJsonObject, type Json } from "../../kernel/index.ts";

/**
 * Arguments in a form that is equal where they ask for the same: data that was handed over as text is read, and lists of
 * one length, which as a rule belong together line by line (items and what they are exchanged for), stand in one fixed
 * order of their lines.
 */
export function comparableArguments(given: Json): Json {
  const plain = asData(given);
  return isJsonObject(plain) ? withOrderedLines(plain as Members) : plain;
}

type Members = Readonly<Record<string, Json>>;

function asData(value: Json): Json {
  if (typeof value === "string") return readData(value) ?? value;
  if (Array.isArray(value)) return value.map(asData);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asData(member ?? null)]));
}

/** Lists and objects as text: JSON, or the single quotes that other languages write. */
function readData(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  for (const form of [text, text.replaceAll("'", '"')]) {
    try {
      return asData(JSON.parse(form) as Json);
    } catch {
      // another form, or a text that only begins like data
    }
  }
  return undefined;
}

function withOrderedLines(members: Members): Members {
  const byLength = new Map<number, string[]>();
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (!Array.isArray(value) || value.length < 2) continue;
    byLength.set(value.length, [...(byLength.get(value.length) ?? []), name]);
  }
  const ordered: Record<string, Json> = { ...members };
  for (const [length, names] of byLength) {
    const lines = Array.from({ length }, (_, index) =>
      names.map((name) => (members[name] as readonly Json[])[index] ?? null),
    );
    const sorted = lines
      .map((line) => ({ line, key: canonicalJson(line) }))
      .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
    for (const [column, name] of names.entries()) ordered[name] = sorted.map(({ line }) => line[column] ?? null);
  }
  return ordered;
}
