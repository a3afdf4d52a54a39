export { badFormat } from "./bad-format.ts";
export { buildLog, type LogPlace } from "./build-log.ts";
export { decodeText, type ImportFile } from "./decode-text.ts";
export { whyOverLimit } from "./log-limits.ts";
export { SUCCESS_MIN } from "./read-success.ts";
export { readResults } from "./read-results.ts";
export type { RecordedFile, RecordedTask, RecordedTrial, RefusedRow } from "./recorded-trial.ts";
export { RESULT_FORMATS, type ResultFormat } from "./result-format.ts";
export { sha256 } from "./sha256.ts";
