/** Longer sequences are compared by their beginning: beyond this an agent is in a loop, which other numbers show. */
const COMPARED_MAX = 500;

/** Fewest insertions, removals and replacements that turn one sequence into the other (Levenshtein). */
export function editDistance(left: readonly string[], right: readonly string[]): number {
  let start = 0;
  let leftEnd = Math.min(left.length, COMPARED_MAX);
  let rightEnd = Math.min(right.length, COMPARED_MAX);
  while (start < leftEnd && start < rightEnd && left[start] === right[start]) start += 1;
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
  }
  const width = rightEnd - start;
  const row = Array.from({ length: width + 1 }, (_, index) => index);
  for (let index = start; index < leftEnd; index += 1) {
    let diagonal = row[0]!;
    row[0] = index - start + 1;
    for (let column = 1; column <= width; column += 1) {
      const above = row[column]!;
      const replaced = diagonal + (left[index] === right[start + column - 1] ? 0 : 1);
      row[column] = Math.min(replaced, above + 1, row[column - 1]! + 1);
      diagonal = above;
    }
  }
  return row[width]!;
}
