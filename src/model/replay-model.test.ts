import { expect, test } from "vitest";
import type { AssistantMessage, Message } from "../domain/index.ts";
import { replayModel } from "./replay-model.ts";

const recorded: AssistantMessage[] = [
  { role: "assistant", content: "", toolRequests: [{ callId: "call_9", tool: "a", arguments: { x: 1 } }] },
  { role: "assistant", content: "done" },
];
const conversation: Message[] = [{ role: "user", content: "go" }];

test("gives back what was recorded, by place in the conversation", async () => {
  const model = replayModel({ messages: recorded, id: "gpt-4o" });
  expect(model.id).toBe("replay/gpt-4o");
  const first = await model.generate({ messages: conversation });
  expect(first).toEqual({ message: recorded[0], finishReason: "tool-calls", usage: {} });
  const longer: Message[] = [...conversation, first.message, { role: "tool", callId: "call_9", tool: "a", result: 1 }];
  expect((await model.generate({ messages: longer })).message.content).toBe("done");
  // No state: a restarted agent gets the same answer again.
  expect((await model.generate({ messages: conversation })).message).toEqual(recorded[0]);
});

test("a call too many is a miss with both counts", async () => {
  const model = replayModel({ messages: recorded });
  await expect(model.generate({ messages: [...conversation, ...recorded] })).rejects.toMatchObject({
    code: "model.replay_miss",
    details: { asked: 3, recorded: 2 },
  });
});
