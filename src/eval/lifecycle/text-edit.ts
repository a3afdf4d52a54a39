/** A piece of a text, from `start` up to `end`, and what stands there instead. Places count UTF-16 units from 0. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** All edits at once; they must not overlap. Everything else stays as it was, to the byte. */
export function applyEdits(before: string, edits: readonly TextEdit[]): string {
  let after = before;
  for (const { start, end, text } of inOrder(edits).toReversed()) {
    after = after.slice(0, start) + text + after.slice(end);
  }
  return after;
}

export function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return edits.toSorted((left, right) => left.start - right.start || left.end - right.end);
}
