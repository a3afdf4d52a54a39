import type { TextEdit } from "./text-edit.ts";

/** A file that holds cases, as text. */
export interface CaseSource {
  /** As in the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** YAML or JSON that can be edited; code that cannot; or code whose rows have no kind. */
  readonly form: "data" | "code" | "rows";
  readonly caseIds: readonly string[];
}

/** What is to change in one file. */
export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly edits: readonly TextEdit[];
}
