/** Whether a text is as the pattern says, where `*` stands for any run of characters, slashes too. */
export function patternMatcher(pattern: string): (text: string) => boolean {
  // Searched part by part, left to right: a regular expression of many stars can take forever.
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.at(-1);
  if (last === undefined) return (text) => text === pattern;
  const middle = rest.slice(0, -1);
  return (text) => {
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const part of middle) {
      const at = text.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}
