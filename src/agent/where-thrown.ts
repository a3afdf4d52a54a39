/** Folders whose frames say nothing about the user's own code. */
const NOT_THEIRS = /\/node_modules\/|^node:/;
const OURS = new URL("../", import.meta.url).pathname;

/**
 * Where in the user's own files an error was thrown, as `folder/file.ts:12`; undefined where no frame is theirs. Only the
 * last folder is told: paths of machines stay out of logs.
 */
export function whereThrown(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, path = "", line = ""] of stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+|node:[\w/]+):(\d+)/g)) {
    if (!NOT_THEIRS.test(path) && !path.startsWith(OURS)) return `${path.split("/").slice(-2).join("/")}:${line}`;
  }
  return undefined;
}
