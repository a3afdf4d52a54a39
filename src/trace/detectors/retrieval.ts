import { hasSucceeded, resultOf, type ToolCall, wordsOfName } from "../../check/index.ts";
import type { ToolDeclaration } from "../../domain/index.ts";
import { isJsonObject, type Json } from "../../kernel/index.ts";

const RETRIEVES = new Set(
  "search find retrieve retrieval retriever query lookup knowledge kb docs documents document rag wiki wikipedia faq articles policy policies".split(
    " ",
  ),
);

/** Looks something up in a collection: as declared, as its sources tell, or as its name says. */
export function isRetrieval({ tool, returned }: ToolCall, declarations: ReadonlyMap<string, ToolDeclaration>): boolean {
  const declaration = declarations.get(tool);
  if (declaration?.purpose === "retrieval" || returned?.sources !== undefined) return true;
  return declaration === undefined && wordsOfName(tool).some((word) => RETRIEVES.has(word));
}

const LISTS = ["results", "documents", "items", "hits", "matches", "data", "rows", "records", "entries", "articles"];
const COUNTS = ["count", "total", "total_count", "totalCount", "total_results", "totalResults"];
const NOTHING =
  /^\W*(?:(?:no|0|zero) (?:\w+ ){0,3}(?:results?|documents?|matches|records?|entries|items?|data|articles?|hits?)\b|nothing (?:was )?(?:found|matched|returned)\b|none(?: found)?\W*$|not found\W*$|null\W*$|n\/a\W*$)/i;
const NOTHING_CHARACTERS_MAX = 300;

/** Worked, and gave nothing. */
export function isEmptyHanded(call: ToolCall): boolean {
  return hasSucceeded(call) && isEmptyResult(resultOf(call.returned));
}

function isEmptyResult(result: Json | undefined): boolean {
  if (result === undefined || result === null) return true;
  if (typeof result === "string") return isEmptyText(result);
  if (Array.isArray(result)) return result.length === 0;
  if (!isJsonObject(result)) return false;
  if (Object.keys(result).length === 0) return true;
  const lists = LISTS.map((name) => result[name]).filter((list) => Array.isArray(list));
  if (lists.length > 0) return lists.every((list) => list.length === 0);
  return result["found"] === false || COUNTS.some((name) => result[name] === 0);
}

function isEmptyText(text: string): boolean {
  return text.trim() === "" || (text.length <= NOTHING_CHARACTERS_MAX && NOTHING.test(text));
}

/** The objects that a result holds, of a list or alone. */
export function recordsIn(call: ToolCall): readonly Readonly<Record<string, Json | undefined>>[] {
  const result = resultOf(call.returned);
  if (Array.isArray(result)) return result.slice(0, RECORDS_MAX).filter(isJsonObject);
  if (!isJsonObject(result)) return [];
  const list = LISTS.map((name) => result[name]).find((each) => Array.isArray(each));
  return list ? list.slice(0, RECORDS_MAX).filter(isJsonObject) : [result];
}

const RECORDS_MAX = 50;
