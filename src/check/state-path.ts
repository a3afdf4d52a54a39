/** The keys of a dotted path, as `valueAtPath` reads it; `*` stays a key of its own. */
export function splitPath(path: string): string[] {
  const keys: string[] = [];
  for (const match of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)) {
    keys.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return keys;
}

export function joinPath(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    if (/[.[\]"]/.test(key) || key === "") return `${path}["${key}"]`;
    return path === "" ? key : `${path}.${key}`;
  }, "");
}

/** Whether the place, or one above it, fits the pattern: `orders.*.status`, `orders.W1` (and all below), `**.updatedAt`. */
export function matchesPath(pattern: readonly string[], keys: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === "**") return matchesPath(rest, keys) || (keys.length > 0 && matchesPath(pattern, keys.slice(1)));
  const [key, ...below] = keys;
  return key !== undefined && (head === "*" || head === key) && matchesPath(rest, below);
}
