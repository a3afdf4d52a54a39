import { isJsonObject, type Json, toJson } from "../../kernel/index.ts";
import type { Message } from "../../domain/index.ts";
import type { AgentAnswer, AgentContext, AgentSession } from "../agent-context.ts";
import type { AgentTurn } from "../define-agent.ts";

/** Opens a conversation with a plain function: called once per turn with the conversation so far. */
export function openFunctionSession(
  run: (turn: AgentTurn) => unknown,
  context: AgentContext,
  history: readonly Message[] = [],
): AgentSession {
  const messages: Message[] = [...history];
  return {
    async send({ message, input, signal }) {
      messages.push({ role: "user", content: message });
      const answer = answerOf(await run({ message, input, messages: [...messages], context, signal }));
      messages.push({ role: "assistant", content: answer.text });
      return answer;
    },
  };
}

function answerOf(output: unknown): AgentAnswer {
  if (typeof output === "string") return { text: output };
  const data: Json = toJson(output);
  if (isJsonObject(data) && typeof data["answer"] === "string") return { text: data["answer"], data };
  return { text: JSON.stringify(data), data };
}
