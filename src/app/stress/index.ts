export { runStress, type StressRequest, type StressResult } from "./run-stress.ts";
