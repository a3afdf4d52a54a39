export { type LiveRuntime, type LiveRuntimeRequest, openLiveRuntime } from "./open-live-runtime.ts";
export { openServeWorld } from "./open-serve-world.ts";
export { openTraceSettler } from "./open-trace-settler.ts";
export { type AgentSessionRequest, openAgentSession } from "../open-agent-session.ts";
