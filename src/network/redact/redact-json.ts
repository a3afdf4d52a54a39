import type { Json } from "../../kernel/index.ts";
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
  const text = Buffer.from(JSON.stringify(value), "utf8").toString("latin1");
  let clean = scanOnly(text, tools);
  const counts = tools.vault.takeCounts();
  // What its end taught is looked for in its beginning too.
  if (clean !== text) clean = scanOnly(clean, tools);
  const later = tools.vault.takeCounts();
  return { value: JSON.parse(Buffer.from(clean, "latin1").toString("utf8")) as Value, counts: sum(counts, later) };
}

function sum(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const kinds = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return Object.fromEntries(kinds.map((kind) => [kind, (left[kind] ?? 0) + (right[kind] ?? 0)]));
}
