export { definedSuites, taskAgent } from "./define-suite.ts";
