/**
 * Where in a file an error came up, as `file:line`, read off its stack; the file alone where the stack does not say.
 *
 * @param file absolute path
 */
export function errorPlace(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const start = stack.indexOf(`${file}:`);
  const [line] = start === -1 ? [] : (/^\d+/.exec(stack.slice(start + file.length + 1)) ?? []);
  return line === undefined ? file : `${file}:${line}`;
}
