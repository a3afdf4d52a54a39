/** Words as they were written: letters, marks, digits and inner apostrophes. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'\u2019]*/gu) ?? [];
}
