import type { AssistantMessage } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import type { LanguageModel } from "./language-model.ts";

export interface Replay {
  /** What the model said, in order. */
  readonly messages: readonly AssistantMessage[];
  /** Always begins with `replay/` (added when missing). */
  readonly id?: string;
  readonly onMiss?: "fail";
}

/**
 * Gives back recorded assistant messages, call ids included. The place in the recording is the number of assistant
 * messages already in the conversation, so it keeps no state and survives restarts.
 */
export function replayModel({ messages, id = "replay/recorded" }: Replay): LanguageModel {
  const modelId = id.startsWith("replay/") ? id : `replay/${id}`;
  return {
    provider: "replay",
    id: modelId,
    async generate(request) {
      request.signal?.throwIfAborted();
      const asked = request.messages.filter((message) => message.role === "assistant").length;
      const message = messages[asked];
      if (!message) {
        throw new AegisError(
          "model.replay_miss",
          `Answer ${asked + 1} was asked for, but ${messages.length} were recorded`,
          { details: { model: modelId, asked: asked + 1, recorded: messages.length } },
        );
      }
      const callsTools = (message.toolRequests?.length ?? 0) > 0;
      return { message, finishReason: callsTools ? "tool-calls" : "stop", usage: {} };
    },
  };
}
