import { ANSWER_DIMENSIONS } from "./answer-dimensions.ts";
import { CONFIGURATION_DIMENSIONS } from "./configuration-dimensions.ts";
import { CONTEXT_DIMENSIONS } from "./context-dimensions.ts";
import type { Dimension } from "./dimension.ts";
import { TOOL_DIMENSIONS } from "./tool-dimensions.ts";
import { USER_DIMENSIONS } from "./user-dimensions.ts";

/** In the order they are shown. */
export const DIMENSIONS: readonly Dimension[] = [
  ...CONFIGURATION_DIMENSIONS,
  ...CONTEXT_DIMENSIONS,
  ...TOOL_DIMENSIONS,
  ...USER_DIMENSIONS,
  ...ANSWER_DIMENSIONS,
];
