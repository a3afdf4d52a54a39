// An AI SDK agent whose model streams slowly and calls the tools of its plan, those of a stage in one go.
import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { ToolLoopAgent } from "ai";
import { type AgentContext, type AgentDefinition, defineAgent, defineTool } from "aegis";
import { z } from "zod";
import type { Message } from "../../src/domain/index.ts";
import { canonicalJson, type Json } from "../../src/kernel/index.ts";
import { messagesFromPrompt, type ModelAnswer, streamPartsFromAnswer } from "../../src/model/index.ts";
import { followStep, type OwnStep } from "./follow-step.ts";
import { inputOf, ledgerTools } from "./ledger-tools.ts";
import { answerOf, isAside, planOf, type Step, wordsOf } from "./plan.ts";

const TOKEN_MS = 8;

export function talkerAgent(version: string): AgentDefinition {
  return defineAgent({
    name: "talker",
    version,
    agent: (context) => {
      const tools = { ...ledgerTools(context.env), follow: followTool(context) };
      return new ToolLoopAgent({ model: plannedModel(), tools });
    },
  });
}

/** Steps that are no tools of the ledger are made inside this one. */
function followTool(context: AgentContext) {
  return defineTool<{ step: Json }, string>({
    name: "follow",
    description: "speaks, sleeps or remembers",
    input: z.object({ step: z.json() }),
    risk: "write",
    idempotent: true,
    execute: ({ step }) => followStep(step as unknown as OwnStep, context),
  });
}

/** Says what the plan holds next; stateless, like a provider's. */
function plannedModel(): LanguageModelV4 {
  const ask = (options: Parameters<LanguageModelV4["doStream"]>[0]) => {
    const parts = streamPartsFromAnswer(nextOf(messagesFromPrompt(options.prompt)));
    return { stream: ReadableStream.from(slowly(parts, options.abortSignal)) };
  };
  return {
    specificationVersion: "v4",
    provider: "chaos",
    modelId: "planned",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("a held run asks for streams")),
    doStream: (options) => Promise.resolve(ask(options)),
  };
}

async function* slowly(
  parts: readonly LanguageModelV4StreamPart[],
  signal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV4StreamPart> {
  for (const part of parts) {
    signal?.throwIfAborted();
    if (part.type === "text-delta") await new Promise((resolve) => setTimeout(resolve, TOKEN_MS));
    yield part;
  }
}

function nextOf(messages: readonly Message[]): ModelAnswer {
  const from = messages.findLastIndex((message) => message.role === "user" && !isAside(message.content));
  const said = messages.slice(from + 1);
  // Behind an answer, an aside is all that is asked; before it, it is taken in and changes nothing.
  const isAnswered = said.some((message) => message.role === "assistant" && message.toolRequests === undefined);
  const asked = isAnswered ? messages.findLast(({ role }) => role === "user") : messages[from];
  const plan = planOf(asked?.role === "user" ? asked.content : "");
  const stage = plan.stages[said.filter(({ role }) => role === "assistant").length];
  if (stage === undefined) {
    const content = answerOf(plan, (step) => outcomeIn(said, step));
    return { message: { role: "assistant", content }, finishReason: "stop", usage: {} };
  }
  const toolRequests = stage.flat().map((step) => ({ callId: step.marker, ...requestOf(step) }));
  const content = wordsOf(plan.id, 4).join("");
  return { message: { role: "assistant", content, toolRequests }, finishReason: "tool-calls", usage: {} };
}

function requestOf(step: Step): { readonly tool: string; readonly arguments: Json } {
  if (step.kind === "tool") return { tool: step.tool, arguments: inputOf(step) };
  return { tool: "follow", arguments: { step: { ...step } } };
}

function outcomeIn(said: readonly Message[], { marker, kind }: Step): string {
  const found = said.find((message) => message.role === "tool" && message.callId === marker);
  if (found?.role !== "tool") return "";
  // The AI SDK puts the error's name before its message.
  if (found.isError) return `failed: ${String(found.result).replace(/^Error: /, "")}`;
  return kind === "tool" ? canonicalJson(found.result) : String(found.result);
}
