export { type Config, configSchema, loadConfig } from "./config.ts";
export { findSuite, findSuites } from "./find-suites.ts";
export { type App, openApp } from "./open-app.ts";
export { AVAILABLE_LEVELS, strongestLevel } from "./performers.ts";
export { planEval, type EvalPlan, type EvalRequest, runEval } from "./run-eval.ts";
