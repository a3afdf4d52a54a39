import { isJsonObject, type Json, toJson } from "../../kernel/index.ts";
import type { Message } from "../../domain/index.ts";
import type { AgentContext, AgentSession } from "../agent-context.ts";
import type { AgentTurn } from "../define-agent.ts";

/** Opens a conversation with a plain function: called once per turn with the conversation so far. */
export function openFunctionSession(run: (turn: AgentTurn) => unknown, context: AgentContext): AgentSession {
  const messages: Message[] = [];
  return {
    async send({ message, input, signal }) {
      messages.push({ role: "user", content: message });
      const answer = textOf(await run({ message, input, messages: [...messages], context, signal }));
      messages.push({ role: "assistant", content: answer });
      return answer;
    },
  };
}

function textOf(output: unknown): string {
  if (typeof output === "string") return output;
  const json: Json = toJson(output);
  if (isJsonObject(json) && typeof json["answer"] === "string") return json["answer"];
  return JSON.stringify(json);
}
