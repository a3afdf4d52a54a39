export { RECORDED_AGENT_FILE, recordedAgent } from "./recorded-agent.ts";
export { openToolReplay, type ReplayedCall, type ToolReplayer } from "./tool-replay.ts";
