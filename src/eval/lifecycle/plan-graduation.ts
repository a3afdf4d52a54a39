import { editCaseKinds } from "./edit-case-kind.ts";
import type { CaseSource, FileEdit } from "./file-edit.ts";

/** An edit that only a person can make, and where. */
export interface HandEdit {
  readonly id: string;
  readonly advice: string;
}

export interface GraduationPlan {
  readonly files: readonly FileEdit[];
  readonly byHand: readonly HandEdit[];
}

/** What to change in which file so that these cases become regression cases. Pure: files come in as text. */
export function planGraduation(ids: readonly string[], sources: readonly CaseSource[]): GraduationPlan {
  const sourceOf = new Map(sources.flatMap((source) => source.caseIds.map((id) => [id, source] as const)));
  const byHand: HandEdit[] = ids
    .filter((id) => !sourceOf.has(id))
    .map((id) => ({ id, advice: "no file of this project holds the case: it is known from its runs only" }));
  const files: FileEdit[] = [];
  for (const source of sources) {
    const here = ids.filter((id) => sourceOf.get(id) === source);
    if (here.length === 0) continue;
    if (source.form !== "data") {
      byHand.push(...here.map((id) => ({ id, advice: codeAdvice(source, id) })));
      continue;
    }
    const planned = editCaseKinds(source.text, here);
    byHand.push(
      ...planned.byHand.map((id) => ({
        id,
        advice: `${source.path}: set its kind to regression by hand; here that cannot be done without touching more of the file`,
      })),
    );
    if (planned.edits.length > 0) files.push({ path: source.path, before: source.text, edits: planned.edits });
  }
  return { files, byHand };
}

/** Code is not rewritten: only its writer knows how it makes its cases. */
function codeAdvice({ path, text, form }: CaseSource, id: string): string {
  if (form === "rows") {
    return `${path}: rows have no kind of their own; move the row to a suite with kind: "regression"`;
  }
  const name = id.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`);
  const places = [...text.matchAll(new RegExp(`\\bid\\s*:\\s*(["'\`])${name}\\1`, "g"))];
  const [place] = places;
  if (!place || places.length > 1) {
    return `${path}: give the case ${JSON.stringify(id)} kind: "regression" where the code makes it`;
  }
  const line = text.slice(0, place.index).split("\n").length;
  const rest = text.slice(
    place.index,
    text.indexOf("\n", place.index) < 0 ? undefined : text.indexOf("\n", place.index),
  );
  const isHere = /\bkind\s*:\s*(["'`])capability\1/.test(rest);
  return isHere
    ? `${path}:${line}: change kind: "capability" to kind: "regression"`
    : `${path}:${line}: add kind: "regression" beside ${place[0]}`;
}
