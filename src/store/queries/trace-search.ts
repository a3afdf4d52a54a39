/** What the full-text index is asked for, all of it. */
export interface TraceSearch {
  readonly marks: readonly string[];
  /** Of what the columns are asked as well. */
  readonly columnMarks: readonly string[];
  /** Of the last one the beginning is enough. */
  readonly words: readonly string[];
}
