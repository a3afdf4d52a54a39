import { badFormat, decodeText, readResults, sha256 } from "../../trace/recorded/index.ts";
import type { ImportRequest, ReadFile } from "./imported-results.ts";

/** All files in the recorded form; the first bad one throws. */
export function readImportFiles(request: ImportRequest): ReadFile[] {
  const { format, successPath, skipBad } = request;
  const files: ReadFile[] = [];
  for (const file of request.files) {
    const text = decodeText(file);
    const hash = sha256(text);
    const twin = files.find((other) => other.sha256 === hash);
    if (twin) throw badFormat(file.path, `holds the same bytes as ${twin.path}: name each file once`);
    files.push({
      path: file.path,
      sha256: hash,
      content: readResults({ path: file.path, text, format, successPath, ...(skipBad && { skipBad }) }),
    });
  }
  if (files.length === 0) throw badFormat("import", "names no file");
  return files;
}
