import { calculate } from "./calculate.ts";
import { readingTool } from "./tool.ts";

/** What ends an episode in both domains. */
export const TRANSFER = "transfer_to_human_agents";

export const commonTools = [
  readingTool("think", ["thought"], () => ""),
  readingTool(TRANSFER, ["summary"], () => "Transfer successful"),
  readingTool("calculate", ["expression"], (_state, { expression }) => calculate(expression)),
] as const;
