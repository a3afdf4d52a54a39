export {
  type ImportFile,
  RESULT_FORMATS as IMPORT_FORMATS,
  type ResultFormat as ImportFormat,
} from "../../trace/recorded/index.ts";
export { importResults } from "./import-results.ts";
export type { ImportedResults, ImportNotes } from "./imported-results.ts";
