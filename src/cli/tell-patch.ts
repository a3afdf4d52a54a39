import { countNoun, escapeTerminal } from "../kernel/index.ts";

/** What to do with a patch that was written; git takes none that holds nothing. */
export function tellPatch(path: string, fileCount: number): string {
  const line =
    fileCount === 0
      ? `${path} is empty: there is nothing to apply`
      : `${countNoun(fileCount, "file")} in ${path}: read it, then git apply`;
  return `${escapeTerminal(line)}\n`;
}
