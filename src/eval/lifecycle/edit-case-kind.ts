import { isScalar, type YAMLMap } from "yaml";
import { isJsonObject, type Json } from "../../kernel/index.ts";
import { type CaseDocument, caseMapIn, plainOf, readCaseDocument, saysAfter } from "./case-document.ts";
import type { TextEdit } from "./text-edit.ts";

const GRADUATED = "regression";

/**
 * The edits that make cases of one file regression cases: the word after `kind`, or a line with it. Nothing else of the
 * file moves: comments, order, quotes and line ends stay.
 *
 * @returns the edits, and the ids of cases that a person has to edit, for a machine could not without touching more
 */
export function editCaseKinds(
  text: string,
  ids: readonly string[],
): { readonly edits: readonly TextEdit[]; readonly byHand: readonly string[] } {
  const read = readCaseDocument(text);
  if (!read) return { edits: [], byHand: ids };
  const edits: TextEdit[] = [];
  const byHand: string[] = [];
  let wanted = plainOf(read.document);
  for (const id of ids) {
    const map = caseMapIn(read, id);
    const edit = map && kindEdit(read, map);
    const next = withKind(wanted, id);
    if (edit && saysAfter(read, [...edits, edit], next)) {
      edits.push(edit);
      wanted = next;
    } else byHand.push(id);
  }
  return { edits, byHand };
}

function kindEdit({ text }: CaseDocument, map: YAMLMap): TextEdit | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === "kind");
  if (!pair) return map.flow ? addedInFlow(text, map) : addedLine(text, map);
  const { value } = pair;
  if (!isScalar(value) || !value.range) return undefined;
  const [start, end] = value.range;
  const quote = { QUOTE_DOUBLE: '"', QUOTE_SINGLE: "'", PLAIN: "" }[value.type as string];
  return quote === undefined ? undefined : { start, end, text: `${quote}${GRADUATED}${quote}` };
}

/** On a line of its own, below the case's id. */
function addedLine(text: string, map: YAMLMap): TextEdit | undefined {
  const id = idPair(map);
  if (!id) return undefined;
  const indent = " ".repeat(id.keyStart - (text.lastIndexOf("\n", id.keyStart - 1) + 1));
  const lineEnd = text.indexOf("\n", id.valueEnd);
  const newline = newlineOf(text);
  if (lineEnd < 0) return { start: text.length, end: text.length, text: `${newline}${indent}kind: ${GRADUATED}` };
  return { start: lineEnd + 1, end: lineEnd + 1, text: `${indent}kind: ${GRADUATED}${newline}` };
}

/** Behind the id, in `{ id: ... }` and in JSON; on a line of its own where the id has one. */
function addedInFlow(text: string, map: YAMLMap): TextEdit | undefined {
  const id = idPair(map);
  if (!id) return undefined;
  const before = text.slice(text.lastIndexOf("\n", id.keyStart - 1) + 1, id.keyStart);
  const gap = before.trim() === "" && id.keyStart > 0 ? `${newlineOf(text)}${before}` : " ";
  const added = id.isQuoted ? `"kind": "${GRADUATED}"` : `kind: ${GRADUATED}`;
  return { start: id.valueEnd, end: id.valueEnd, text: `,${gap}${added}` };
}

function idPair(map: YAMLMap) {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === "id");
  if (!pair || !isScalar(pair.key) || !isScalar(pair.value) || !pair.key.range || !pair.value.range) return undefined;
  return {
    keyStart: pair.key.range[0],
    valueEnd: pair.value.range[1],
    isQuoted: pair.key.type === "QUOTE_DOUBLE",
  };
}

function newlineOf(text: string): string {
  return /\r\n/.test(text) ? "\r\n" : "\n";
}

function withKind(plain: Json, id: string): Json {
  if (!isJsonObject(plain)) return plain;
  if (plain["id"] === id) return { ...plain, kind: GRADUATED };
  const { cases } = plain;
  if (!Array.isArray(cases)) return plain;
  return {
    ...plain,
    cases: cases.map((each) => (isJsonObject(each) && each["id"] === id ? { ...each, kind: GRADUATED } : each)),
  };
}
