// What a run needs once its trials are done: loaded while they still run, so that the start is quick.
export { decideGate } from "../../eval/gate/index.ts";
export { summarizeRun } from "../../eval/summary/index.ts";
export { printReports } from "../print-reports.ts";
