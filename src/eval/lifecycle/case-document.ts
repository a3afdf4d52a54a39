import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";

/** A file that holds cases as data: one case, or a suite with cases in it. */
export interface CaseDocument {
  readonly text: string;
  readonly document: Document.Parsed;
}

/** Undefined where it is no YAML and no JSON. */
export function readCaseDocument(text: string): CaseDocument | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  return document.errors.length > 0 ? undefined : { text, document };
}

/** Where the case stands: the file itself, or one of the suite's `cases`. */
export function caseMapIn({ document }: CaseDocument, id: string): YAMLMap | undefined {
  const root: unknown = document.contents;
  if (!isMap(root)) return undefined;
  if (root.get("id") === id) return root;
  const cases = root.get("cases", true);
  if (!isSeq(cases)) return undefined;
  return cases.items.filter(isMap).find((item) => item.get("id") === id);
}

/** Whether the edited text still says what it is to say; a clever file can be edited into something else. */
export function saysAfter({ text }: CaseDocument, edits: readonly TextEdit[], wanted: unknown): boolean {
  const after = parseDocument(applyEdits(text, edits), { prettyErrors: false });
  return after.errors.length === 0 && canonicalJson(plainOf(after)) === canonicalJson(wanted as Json);
}

/** The document as plain JSON. */
export function plainOf(document: Document.Parsed): Json {
  return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null)) as Json;
}
