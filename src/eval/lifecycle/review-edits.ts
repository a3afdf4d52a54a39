import { isSeq, type YAMLMap } from "yaml";
import { type CaseDocument, caseMapIn, plainOf, readCaseDocument, saysAfter } from "./case-document.ts";
import type { CaseSource, FileEdit } from "./file-edit.ts";
import type { ReviewFinding } from "./review-report.ts";
import type { TextEdit } from "./text-edit.ts";

export interface ReviewPlan {
  /** Comments above the cases. */
  readonly files: readonly FileEdit[];
  /** Files of cases that are proposed to be taken away whole. */
  readonly removals: readonly CaseSource[];
  /** Cases whose findings could not be written beside them. */
  readonly byHand: readonly string[];
}

/**
 * What was shown, as comments above the cases they are about, for a person to act on; with `isRemoving`, files whose only case
 * is proposed to be taken away are in the patch as removed. A comment that is there already is not written again.
 */
export function planReview(
  findings: readonly ReviewFinding[],
  sources: readonly CaseSource[],
  { isRemoving }: { readonly isRemoving: boolean },
): ReviewPlan {
  const byCase = Map.groupBy(
    findings.filter(({ caseId, isShown, action }) => caseId !== null && isShown && action !== null),
    ({ caseId }) => caseId as string,
  );
  const files: FileEdit[] = [];
  const removals: CaseSource[] = [];
  const byHand: string[] = [];
  for (const source of sources) {
    const here = source.caseIds.filter((id) => byCase.has(id));
    const isWhole = source.form === "data" && source.caseIds.length === 1;
    if (isRemoving && isWhole && here.some((id) => byCase.get(id)?.some((finding) => finding.isRemoval))) {
      removals.push(source);
      continue;
    }
    const read = source.form === "data" && !source.path.endsWith(".json") ? readCaseDocument(source.text) : undefined;
    const edits: TextEdit[] = [];
    for (const id of here) {
      const map = read && caseMapIn(read, id);
      const edit = read && map && commentEdit(read, map, byCase.get(id) ?? []);
      if (edit === undefined || !read || !saysAfter(read, [...edits, edit], plainOf(read.document))) byHand.push(id);
      else if (edit.text !== "") edits.push(edit);
    }
    if (edits.length > 0) files.push({ path: source.path, before: source.text, edits });
  }
  return { files, removals, byHand };
}

function commentEdit(
  { text, document }: CaseDocument,
  map: YAMLMap,
  findings: readonly ReviewFinding[],
): TextEdit | undefined {
  const start = map.range?.[0];
  if (start === undefined) return undefined;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start).replace(/^\ufeff/, "");
  // Only white space, or the dash of a list, may stand before the case on its line.
  if (!/^\s*(-\s+)?$/.test(before) || (before.includes("-") && !isSeq(document.get("cases", true)))) return undefined;
  const indent = /^\s*/.exec(before)?.[0] ?? "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const above = commentsAbove(text.slice(0, lineStart));
  const lines = findings
    .filter(({ finding }) => !above.includes(`# review(${finding}):`))
    .map(
      (each) =>
        `${indent}# review(${each.finding}): ${oneLine(`${each.evidence}. Proposed: ${each.action}.`)}${newline}`,
    );
  const place = text.startsWith("\ufeff") && lineStart === 0 ? 1 : lineStart;
  return { start: place, end: place, text: lines.join("") };
}

/** The comment lines that end where the text ends. */
function commentsAbove(text: string): string {
  return /(?:^[^\S\n]*#[^\n]*\n)*$/m.exec(text)?.[0] ?? "";
}

/** Names from logs may hold what ends a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g, " ");
}
