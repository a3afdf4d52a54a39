export type { ImportFile } from "./decode-text.ts";
export { IMPORT_FORMATS, type ImportFormat } from "./detect-format.ts";
export { importResults } from "./import-results.ts";
export type { ImportedResults, ImportNotes } from "./imported-results.ts";
