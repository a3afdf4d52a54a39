import { fileURLToPath } from "node:url";
import type {
  AssistantMessage,
  Message,
  RecordedStep,
  RecordedTool,
  RecordedToolCall,
  RecordedTurn,
  ToolReplay,
} from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { type AgentDefinition, type AgentTurn, defineAgent } from "../define-agent.ts";
import type { ToolDetails } from "../define-tool.ts";
import { errorFromRecord } from "../effect-error.ts";
import { settle } from "../settle.ts";

/** Where it is defined: no file of the project. */
export const RECORDED_AGENT_FILE = fileURLToPath(import.meta.url);

/**
 * Stands in for an agent that is not in the project: says and calls again what its recording says, in the recorded
 * order. Its tools have no code; what they give comes from the cassette.
 *
 * @throws {AegisError} "agent.bad_definition" without a recording
 */
export function recordedAgent(replay: ToolReplay | undefined): AgentDefinition {
  const take = replay?.takes[0];
  if (replay === undefined || take === undefined) {
    throw new AegisError(
      "agent.bad_definition",
      "a recorded agent says again what a cassette holds, and the case names none: give it world.replay.cassette",
    );
  }
  const prompt: Message[] = take.instructions === undefined ? [] : [{ role: "system", content: take.instructions }];
  let turnIndex = 0;
  return defineAgent({
    ...take.agent,
    run: async ({ message, context }) => {
      const turn = take.turns[turnIndex++];
      prompt.push({ role: "user", content: message });
      for (const step of turn?.steps ?? []) prompt.push(...(await takeStep(step, { replay, prompt, context })));
      const isOver = turnIndex >= take.turns.length;
      if (isOver && take.ended.outcome !== "answered") throw endOf(take.ended);
      return answerOf(turn);
    },
  });
}

interface StepPlace {
  readonly replay: ToolReplay;
  readonly prompt: readonly Message[];
  readonly context: AgentTurn["context"];
}

/** @returns what it adds to the conversation */
async function takeStep(step: RecordedStep, { replay, prompt, context }: StepPlace): Promise<Message[]> {
  if ("answer" in step) return [];
  if ("model" in step) return [await sayAgain(step.model, { replay, prompt, context })];
  const { tool, callId } = step;
  const details = detailsOf(step, replay.tools);
  const done = await settle(
    context.boundary.tool({
      tool,
      callId,
      arguments: step.arguments,
      ...(details && { details }),
      execute: () => {
        throw new AegisError("replay.miss", `${tool} is a recorded tool: there is nothing behind it to run`);
      },
    }),
  );
  if (!("error" in done)) return [{ role: "tool", callId, tool, result: step.result ?? null }];
  const said = done.error instanceof Error ? done.error.message : String(done.error);
  return [{ role: "tool", callId, tool, result: said, isError: true }];
}

function sayAgain(message: AssistantMessage, { replay, prompt, context }: StepPlace): Promise<AssistantMessage> {
  return context.boundary.model<AssistantMessage>({
    provider: "replay",
    model: "replay/recorded",
    prompt: [...prompt],
    toolNames: replay.tools.map(({ name }) => name),
    execute: async () => message,
    describe: (said) => ({ message: said, finishReason: said.toolRequests?.length ? "tool-calls" : "stop" }),
    recall: (event) => event.message ?? message,
  });
}

/** What the tool was declared as, and what the recording knows of this result. */
function detailsOf(call: RecordedToolCall, tools: readonly RecordedTool[]): ToolDetails | undefined {
  const declaration = tools.find(({ name }) => name === call.tool)?.declaration;
  if (!declaration) return undefined;
  const { sources, labels } = call;
  return {
    // A call that stands in the recording was approved, where that was needed.
    declaration: { ...declaration, needsApproval: false },
    needsApproval: () => false,
    complaint: async () => undefined,
    inputSchema: () => undefined,
    ...(sources && { sources: () => sources }),
    ...(labels && { labels: () => labels }),
  };
}

function answerOf(turn: RecordedTurn | undefined): string {
  const last = turn?.steps.at(-1);
  if (last && "answer" in last) return last.answer;
  return last && "model" in last && !last.model.toolRequests?.length ? last.model.content : "";
}

function endOf({ outcome, error }: ToolReplay["takes"][number]["ended"]): Error {
  if (error) return errorFromRecord(error);
  return new Error(`the recording ends here: ${outcome}`);
}
