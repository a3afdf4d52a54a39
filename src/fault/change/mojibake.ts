import type { Json } from "../../kernel/index.ts";
import { mapLeaves } from "./json-places.ts";

/** Texts as they look when the bytes of UTF-8 are read one by one: `ü` becomes `Ã¼`. */
export function mojibake(value: Json): Json {
  return mapLeaves(value, (leaf) => (typeof leaf === "string" ? misread(leaf) : leaf));
}

function misread(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
