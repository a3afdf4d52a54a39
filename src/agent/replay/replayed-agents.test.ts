import { stepCountIs, ToolLoopAgent } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { replay as replayedModel } from "../../model/index.ts";
import { openAiSdkSession } from "../adapters/ai-sdk-agent.ts";
import { openFunctionSession } from "../adapters/function-agent.ts";
import { defineTool } from "../define-tool.ts";
import { openReplayed, ORDERS } from "./open-replayed.test-kit.ts";

const getOrder = defineTool({
  name: "orders.get",
  description: "d",
  input: z.object({ id: z.string() }),
  execute: async () => "the real tool ran",
});

test("tools of an AI SDK agent are answered, those of defineTool too", async () => {
  const { boundary, log } = openReplayed([ORDERS]);
  const model = replayedModel([
    { role: "assistant", content: "", toolRequests: [{ callId: "1", tool: "orders.get", arguments: { id: "W2" } }] },
    { role: "assistant", content: "It is open." },
  ]);
  const agent = new ToolLoopAgent({ model, tools: { "orders.get": getOrder }, stopWhen: stepCountIs(3) });
  const session = await openAiSdkSession({ agent: agent as never, context: { boundary } as never });
  const { text } = await session.send({ message: "hi", input: "hi", signal: new AbortController().signal });
  expect(text).toBe("It is open.");
  expect(log.find(({ type }) => type === "tool.returned")).toMatchObject({ tool: "orders.get", result: "open" });
});

test("tools of a function agent are answered", async () => {
  const { boundary } = openReplayed([ORDERS]);
  const session = openFunctionSession(
    async ({ context }) =>
      context.boundary.tool({
        tool: "orders.get",
        callId: "1",
        arguments: { id: "W2" },
        execute: () => "the real tool ran",
      }),
    { boundary } as never,
  );
  const answer = await session.send({ message: "hi", input: "hi", signal: new AbortController().signal });
  expect(answer.text).toBe("open");
});
