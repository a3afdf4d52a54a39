import { agentLoop } from "./agent-loop.ts";
import type { Detector } from "./detector.ts";
import { malformedArguments } from "./malformed-arguments.ts";
import { noProgressRepeat } from "./no-progress-repeat.ts";
import { successAfterFailure } from "./success-after-failure.ts";
import { unknownTool } from "./unknown-tool.ts";

/** What goes wrong with tools. */
export const TOOL_DETECTORS: readonly Detector[] = [
  noProgressRepeat,
  successAfterFailure,
  unknownTool,
  malformedArguments,
  agentLoop,
];
