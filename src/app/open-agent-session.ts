import { resolve } from "node:path";
import type { AgentContext, AgentDefinition, AgentSession, AppendEvent } from "../agent/index.ts";
import { openFunctionSession } from "../agent/adapters/function-agent.ts";
import type { Message } from "../domain/index.ts";
import type { replay } from "../model/index.ts";

export interface AgentSessionRequest {
  readonly agent: AgentDefinition;
  readonly context: AgentContext;
  readonly append: AppendEvent;
  readonly sessionId: string;
  /** The folder of the agent's file: programs are started relative to it. */
  readonly folder: string;
  /** What was said in the conversation before. */
  readonly history?: readonly Message[];
  /** Where programs and services may ask their model so that the calls are seen. */
  readonly modelBaseUrl?: string;
  /** Stands in for an AI SDK agent's own model. */
  readonly modelReplay?: Parameters<typeof replay>[0];
}

const loadAiSdkAgent = () => import("../agent/adapters/ai-sdk-agent.ts");
const loadCommandAgent = () => import("../agent/adapters/command-agent.ts");
const loadUrlAgent = () => import("../agent/adapters/url-agent.ts");

/** Loads what sessions with this agent need, so that the first one waits for nothing. */
export async function loadAgentAdapter(agent: AgentDefinition): Promise<void> {
  if ("agent" in agent) await loadAiSdkAgent();
  else if ("command" in agent) await loadCommandAgent();
  else if ("url" in agent) await loadUrlAgent();
}

/** Begins a conversation with an agent, by the adapter for what it is; its code is loaded when it is needed. */
export async function openAgentSession(request: AgentSessionRequest): Promise<AgentSession> {
  const { agent, context, append, sessionId, folder, history = [], modelBaseUrl, modelReplay } = request;
  if ("agent" in agent) {
    const { openAiSdkSession } = await loadAiSdkAgent();
    const modelOverride = modelReplay && (await import("../model/index.ts")).replay(modelReplay);
    return openAiSdkSession({ agent: agent.agent, context, history, ...(modelOverride && { modelOverride }) });
  }
  if ("command" in agent) {
    const { openCommandSession } = await loadCommandAgent();
    const cwd = resolve(folder, agent.cwd ?? ".");
    return openCommandSession({ command: agent.command, cwd, env: agent.env ?? {}, context, history });
  }
  if ("url" in agent) {
    const { openUrlSession } = await loadUrlAgent();
    const address = modelBaseUrl !== undefined && { modelBaseUrl };
    const { url, headers = {} } = agent;
    return openUrlSession({ url, headers, context, sessionId, append, history, ...address });
  }
  return openFunctionSession(agent.run, context, history);
}
