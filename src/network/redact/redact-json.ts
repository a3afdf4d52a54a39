import { isJsonObject, type Json } from "../../kernel/index.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";

/**
 * A value without its secrets, once through it; the very same where there are none. It is looked at as one document, so that
 * names and what stands around a value are seen; a value that this would break, leaf by leaf.
 */
export function redactJson(value: Json, tools: ScanTools): Json {
  const text = JSON.stringify(value);
  const scanned = scanUtf8(text, tools);
  const clean = scanned === text ? value : parse(scanned);
  return clean !== undefined && hasSameShape(value, clean) ? withCleanNames(clean, tools) : redactLeaves(value, tools);
}

/** Where a name is written with escapes, the document's own look is into values only. */
function withCleanNames(value: Json, tools: ScanTools): Json {
  if (Array.isArray(value)) {
    const list = value.map((each: Json) => withCleanNames(each, tools));
    return list.some((each, index) => each !== value[index]) ? list : value;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [scanUtf8(name, tools), withCleanNames(member ?? null, tools)] as const,
  );
  const isSame = Object.entries(value).every(
    ([name, member], index) => members[index]?.[0] === name && members[index][1] === member,
  );
  return isSame ? value : Object.fromEntries(members);
}

function redactLeaves(value: Json, tools: ScanTools, name = ""): Json {
  if (typeof value === "string" || typeof value === "number") return redactLeaf(name, value, tools);
  if (Array.isArray(value)) return value.map((each) => redactLeaves(each, tools, name));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [scanUtf8(key, tools), redactLeaves(member ?? null, tools, key)]),
  );
}

function redactLeaf(name: string, value: string | number, tools: ScanTools): Json {
  const alone = parse(scanUtf8(JSON.stringify({ [name]: value }), tools));
  const [first, ...others] = isJsonObject(alone) ? Object.values(alone) : [];
  if (others.length === 0 && (typeof first === "string" || typeof first === "number")) return first;
  return scanUtf8(String(value), tools);
}

/** The looks read bytes, one character each. */
export function scanUtf8(text: string, tools: ScanTools): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const clean = scanOnly(bytes, tools);
  return clean === bytes ? text : Buffer.from(clean, "latin1").toString("utf8");
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A number that is hidden becomes a text; nothing else changes its kind, and nothing goes. */
function hasSameShape(before: Json, after: Json): boolean {
  if (Array.isArray(before)) {
    return (
      Array.isArray(after) &&
      before.length === after.length &&
      before.every((each, index) => hasSameShape(each, after[index] as Json))
    );
  }
  if (!isJsonObject(before))
    return typeof after === typeof before || (typeof before === "number" && typeof after === "string");
  if (!isJsonObject(after)) return false;
  const [members, others] = [Object.values(before), Object.values(after)];
  return (
    members.length === others.length &&
    members.every((member, index) => hasSameShape(member ?? null, others[index] ?? null))
  );
}
