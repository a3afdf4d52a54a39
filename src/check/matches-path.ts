/** Whether the place, or one above it, fits the pattern: `orders.*.status`, `orders.W1` (and all below), `**.updatedAt`. */
export function matchesPath(pattern: readonly string[], keys: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === "**") return matchesPath(rest, keys) || (keys.length > 0 && matchesPath(pattern, keys.slice(1)));
  const [key, ...below] = keys;
  return key !== undefined && (head === "*" || head === key) && matchesPath(rest, below);
}
