// What nearly every command needs. What brings much code along has a door of its own: calibration/, demo/, doctor/.
export { type Config, configSchema, loadConfig } from "./config.ts";
export { findCase, type FoundCase } from "./find-case.ts";
export { findSuite, findSuites } from "./find-suites.ts";
export { type App, openApp } from "./open-app.ts";
export { strongestLevel } from "./performers.ts";
export { type ExaminedLevel, examineLevel } from "./sandbox-levels.ts";
export { type EvalPlan, type EvalRequest, type EvalResult, planEval, runEval } from "./run-eval.ts";
export { type EvalRecord, findBaselineRecord, findRecord } from "./eval-records.ts";
export { importEval, type ImportEvalRequest } from "./import-eval.ts";
