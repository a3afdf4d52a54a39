import type { Json } from "../../kernel/index.ts";
import { badFormat } from "./bad-format.ts";
import { detectFormatOfText } from "./result-format.ts";
import { findJsonError } from "./find-json-error.ts";

/**
 * One JSON value that fills the file.
 * @throws {AegisError} "import.bad_format" with line and column, and with a likely reason
 */
export function parseJsonText(file: string, text: string, format: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const offset = findJsonError(text);
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - before.lastIndexOf("\n");
    const looksLike = detectFormatOfText(text);
    const isOther = looksLike !== undefined && looksLike !== format;
    const why = isOther
      ? `it looks like ${looksLike}: use --format ${looksLike}`
      : explainJsonError(text, offset, "file");
    throw badFormat(file, `is not JSON at line ${line}, column ${column}: ${why}`, { line, column, offset }, cause);
  }
}

/** Why a file or line may stop being JSON at this offset. */
export function explainJsonError(text: string, offset: number, unit: "file" | "line"): string {
  const rest = text.slice(offset, offset + 10).trimEnd();
  if (/^(?:<|version )/.test(text.trimStart()))
    return "it looks like a web page or a Git LFS pointer, not the file itself";
  if (rest === "" || isCutToken(rest))
    return `the ${unit} ends in the middle of a value; it was cut off, fetch it again`;
  if (/^-?(?:NaN|Infinity)/.test(rest)) return "NaN and Infinity are not JSON; write null instead";
  return "this character does not belong there";
}

/** The beginning of a constant, an escape or a number, and nothing after it. */
function isCutToken(rest: string): boolean {
  const isConstant = ["true", "false", "null"].some((word) => word.startsWith(rest));
  return isConstant || /^(?:-|\.|[eE][+-]?|\\(?:u[0-9a-fA-F]{0,3})?)$/.test(rest);
}
