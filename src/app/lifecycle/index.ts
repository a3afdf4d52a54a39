export { caseSources } from "./case-sources.ts";
export { currentCases } from "./current-cases.ts";
export { type HistoryRequest, type ReadHistory, readHistory } from "./read-history.ts";
export { readReviewInputs } from "./read-review-inputs.ts";
export { writeEdits } from "./write-edits.ts";
