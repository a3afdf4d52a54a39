import type { Message } from "../../domain/index.ts";
import { AegisError, type Json, toJson } from "../../kernel/index.ts";
import { promptFromMessages } from "../../model/index.ts";
import type { AgentContext, AgentSession } from "../agent-context.ts";
import type { AiSdkAgent } from "../define-agent.ts";
import { CALL_CONTEXT, type ToolCallContext, toolDetails } from "../define-tool.ts";
import { type AiSdkModel, wrapModel } from "./ai-sdk-model.ts";

export interface AiSdkAgentOptions {
  readonly agent: AiSdkAgent | ((context: AgentContext) => AiSdkAgent | Promise<AiSdkAgent>);
  readonly context: AgentContext;
  /** What was said in the conversation before. */
  readonly history?: readonly Message[];
  /** Stands in for the agent's own model, e.g. a recorded one. */
  readonly modelOverride?: AiSdkModel;
}

interface Settings {
  readonly model: unknown;
  readonly tools?: Readonly<Record<string, unknown>>;
  readonly prepareCall?: (call: never) => unknown;
  readonly prepareStep?: (step: never) => unknown;
  readonly [key: string]: unknown;
}

/** What of an agent's settings crosses the boundary. */
type Crossing = Partial<Pick<Settings, "model" | "tools">>;

interface AiSdkTool {
  readonly execute?: (input: unknown, call: AiSdkToolCall) => unknown;
  readonly [key: string]: unknown;
}

interface AiSdkToolCall {
  readonly toolCallId: string;
  readonly abortSignal?: AbortSignal;
  readonly [CALL_CONTEXT]?: ToolCallContext;
}

/** Opens a conversation with an AI SDK agent, its model and tools wrapped at the boundary. */
export async function openAiSdkSession(options: AiSdkAgentOptions): Promise<AgentSession> {
  const given = typeof options.agent === "function" ? await options.agent(options.context) : options.agent;
  const agent = await rebuild(given, options);
  const messages: unknown[] = promptFromMessages(options.history ?? []);
  return {
    async send({ message, signal }) {
      messages.push({ role: "user", content: message });
      const result = await agent.generate({ messages: [...messages], abortSignal: signal } as never);
      messages.push(...result.responseMessages);
      return { text: result.text };
    },
  };
}

/** The same agent with the same settings, but its model and tools cross the boundary. */
async function rebuild(agent: AiSdkAgent, options: AiSdkAgentOptions): Promise<AiSdkAgent> {
  const settings = (agent as { settings?: Settings } | undefined)?.settings;
  const isRebuildable = settings !== undefined && settings.model !== undefined && typeof agent.generate === "function";
  if (!isRebuildable) {
    throw new AegisError(
      "agent.bad_definition",
      "`agent` is neither an AI SDK agent with settings (ToolLoopAgent) nor a function that makes one; a plain function that answers goes under `run:`",
    );
  }
  const wrap = async ({ model, tools }: Crossing) => ({
    ...(model !== undefined && {
      model: wrapModel(options.modelOverride ?? (await resolveModel(model)), options.context.boundary),
    }),
    ...(tools && { tools: wrapTools(tools, options.context) }),
  });
  const Agent = agent.constructor as new (settings: Settings) => AiSdkAgent;
  return new Agent({
    ...settings,
    ...(await wrap(settings)),
    ...(settings.prepareStep && { prepareStep: rewrapping(settings.prepareStep, wrap) }),
    ...(settings.prepareCall && { prepareCall: rewrapping(settings.prepareCall, wrap) }),
  });
}

/** prepareStep and prepareCall may pick another model or add tools: those cross the boundary too. */
function rewrapping(prepare: (argument: never) => unknown, wrap: (given: Crossing) => Promise<Crossing>) {
  return async (argument: never) => {
    const changed = (await prepare(argument)) as Crossing | undefined;
    return changed && { ...changed, ...(await wrap(changed)) };
  };
}

async function resolveModel(model: unknown): Promise<AiSdkModel> {
  if (typeof model !== "string") return model as AiSdkModel;
  const { gateway } = await import("ai");
  const provider =
    (globalThis as unknown as { AI_SDK_DEFAULT_PROVIDER?: typeof gateway }).AI_SDK_DEFAULT_PROVIDER ?? gateway;
  return provider.languageModel(model) as AiSdkModel;
}

function wrapTools(tools: Readonly<Record<string, unknown>>, context: AgentContext): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [name, wrapTool(name, tool as AiSdkTool, context)]),
  );
}

/** Tools made here: one that comes back crosses the boundary already. */
const wrapped = new WeakSet<object>();

function wrapTool(name: string, tool: AiSdkTool, context: AgentContext): unknown {
  const { execute } = tool;
  if (!execute || wrapped.has(tool)) return tool;
  const details = toolDetails(tool);
  const crossing = {
    ...tool,
    execute: async (input: unknown, call: AiSdkToolCall) =>
      context.boundary.tool({
        tool: name,
        callId: call.toolCallId,
        arguments: toJson(input) as Json,
        ...(details && { details }),
        execute: async (approved, callContext) =>
          lastValue(await execute(approved, { ...call, [CALL_CONTEXT]: callContext })),
      }),
  };
  wrapped.add(crossing);
  return crossing;
}

/** A tool may stream preliminary results: the last one counts. */
async function lastValue(output: unknown): Promise<unknown> {
  if (typeof output !== "object" || output === null || !(Symbol.asyncIterator in output)) return output;
  let last: unknown;
  for await (const value of output as AsyncIterable<unknown>) last = value;
  return last;
}
