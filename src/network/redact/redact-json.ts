import { isJsonObject, type Json } from "../../kernel/index.ts";
import { namePattern } from "./look-behind-names.ts";
import type { RedactionOptions } from "./redact-exchange.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";
import { nameSecret } from "./secret-name.ts";
import { openVault } from "./vault.ts";

/** A value without its secrets, and how many there were, by kind. The same secret gets the same placeholder everywhere. */
export function redactJson<Value extends Json>(
  value: Value,
  { secrets = [], names = [] }: RedactionOptions = {},
): { readonly value: Value; readonly counts: Readonly<Record<string, number>> } {
  const tools: ScanTools = {
    vault: openVault(secrets),
    nameSecret: nameSecret(names),
    namePattern: namePattern(names),
  };
  const known = tools.vault.known().length;
  let clean = redactWhole(value, tools);
  // What its end taught is looked for in its beginning too.
  if (tools.vault.known().length > known) clean = redactWhole(clean, tools);
  return { value: clean as Value, counts: tools.vault.takeCounts() };
}

/** As one document, so that names and what stands around a value are seen; a value that this would break, leaf by leaf. */
function redactWhole(value: Json, tools: ScanTools): Json {
  const clean = parse(scanUtf8(JSON.stringify(value), tools));
  return clean !== undefined && hasSameShape(value, clean) ? withCleanNames(clean, tools) : redactLeaves(value, tools);
}

/** Where a name is written with escapes, only the values are looked into. */
function withCleanNames(value: Json, tools: ScanTools): Json {
  if (Array.isArray(value)) return value.map((each) => withCleanNames(each, tools));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [scanUtf8(name, tools), withCleanNames(member ?? null, tools)]),
  );
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
function scanUtf8(text: string, tools: ScanTools): string {
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
