export { isProgressWorthLogging, progressLine, progressLogLine } from "../progress-line.ts";
