/** A part of a text and what stands there instead. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with places that move along when it is edited: the ends of a body's chunks, say. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly number[];
}

/**
 * @param edits in order, none over another
 * @returns a mark inside a replaced part comes to lie behind the replacement
 */
export function applyEdits({ text, marks }: MarkedText, edits: readonly Edit[]): MarkedText {
  if (edits.length === 0) return { text, marks };
  const pieces: string[] = [];
  const moved: number[] = [];
  let from = 0;
  let shift = 0;
  let mark = 0;
  for (const edit of edits) {
    for (; mark < marks.length && (marks[mark] ?? 0) <= edit.start; mark += 1) moved.push((marks[mark] ?? 0) + shift);
    pieces.push(text.slice(from, edit.start), edit.text);
    const end = edit.start + shift + edit.text.length;
    for (; mark < marks.length && (marks[mark] ?? 0) <= edit.end; mark += 1) moved.push(end);
    from = edit.end;
    shift += edit.text.length - (edit.end - edit.start);
  }
  for (; mark < marks.length; mark += 1) moved.push((marks[mark] ?? 0) + shift);
  pieces.push(text.slice(from));
  return { text: pieces.join(""), marks: moved };
}

/** The text between the marks; one piece more than there are marks. */
export function cutAtMarks({ text, marks }: MarkedText): string[] {
  return [...marks, text.length].map((end, index) => text.slice(marks[index - 1] ?? 0, end));
}
