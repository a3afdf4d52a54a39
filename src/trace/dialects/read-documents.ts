import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { listIn, objectIn } from "../messages/parse-text.ts";
import { pick, pickNumber, pickText } from "../messages/pick.ts";
import type { RetrievedDocument } from "../span-reading.ts";

const IDS = ["id", "document_id", "doc_id", "chunk_id", "_id", "source", "url", "uri", "file_path", "path", "title"];
const CONTENTS = ["content", "page_content", "pageContent", "text", "snippet", "body"];
const VERSIONS = ["version", "etag", "revision"];
const TIMES = ["updatedAt", "updated_at", "last_modified", "lastModified", "modified_at"];
const LISTS = ["documents", "results", "matches", "hits", "nodes", "chunks", "sources"];

/** Documents in a retriever's answer, whichever library wrote it; undefined where it holds none. */
export function readDocuments(value: Json | undefined): readonly RetrievedDocument[] | undefined {
  const list = listIn(value) ?? listIn(pick(objectIn(value) ?? {}, LISTS));
  const documents = list?.flatMap((item) => readDocument(item) ?? []);
  return documents === undefined || documents.length === 0 ? undefined : documents;
}

/** Undefined for what tells neither an id nor a content. */
export function readDocument(value: Json): RetrievedDocument | undefined {
  if (!isJsonObject(value)) return undefined;
  const inner = isJsonObject(value["kwargs"]) ? value["kwargs"] : value;
  const document = objectIn(inner["document"]) ?? objectIn(inner["node"]) ?? inner;
  const metadata = objectIn(document["metadata"]) ?? {};
  const id = pickText(document, IDS) ?? pickText(metadata, IDS);
  const content = pickText(document, CONTENTS);
  if (id === undefined && content === undefined) return undefined;
  const version = pickText(document, VERSIONS) ?? pickText(metadata, VERSIONS);
  const updatedAtMs = timeIn(document) ?? timeIn(metadata);
  const score = pickNumber(value, ["score", "relevance_score"]) ?? pickNumber(document, ["score", "relevance_score"]);
  return {
    ...(id !== undefined && { id }),
    ...(version !== undefined && { version }),
    ...(updatedAtMs !== undefined && { updatedAtMs }),
    ...(content !== undefined && { content }),
    ...(score !== undefined && { score }),
  };
}

function timeIn(value: JsonObject): number | undefined {
  const told = pick(value, TIMES);
  const atMs = typeof told === "string" ? Date.parse(told) : typeof told === "number" ? told : Number.NaN;
  return Number.isFinite(atMs) ? atMs : undefined;
}
