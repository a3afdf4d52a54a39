import { readUIMessageStream, type UIMessage, type UIMessageChunk, uiMessageChunkSchema } from "ai";
import { expect, test } from "vitest";
import {
  answered,
  approvalDecided,
  approvalRequested,
  asked,
  ended,
  type EventBody,
  modelCalled,
  modelReturned,
  publicLog,
  randomRun,
  started,
  streamed,
  toolCalled,
  toolReturned,
} from "../run-parts/sample-log.test-kit.ts";
import { ChatChunks } from "./chat-chunks.ts";

const run = { runId: "01K9ZZZZZZZZZZZZZZZZZZZZZZ", sessionId: "s1" };

function chunksOf(bodies: readonly EventBody[]): UIMessageChunk[] {
  const chunks = new ChatChunks(run);
  return [...chunks.opening(0), ...publicLog(bodies).flatMap((event) => chunks.read(event))];
}

/** As the AI SDK's own reader puts the message together. */
async function messageOf(chunks: readonly UIMessageChunk[]): Promise<UIMessage | undefined> {
  let last: UIMessage | undefined;
  for await (const message of readUIMessageStream({ stream: ReadableStream.from(chunks) })) last = message;
  return last;
}

/** The parts without our offset, as plain JSON. */
async function partsOf(bodies: readonly EventBody[]): Promise<unknown> {
  const message = await messageOf(chunksOf(bodies));
  return JSON.parse(JSON.stringify(message?.parts.filter(({ type }) => type !== "data-aegis")));
}

test("a streamed answer is one text", async () => {
  const bodies = [
    started,
    asked,
    modelCalled(0),
    streamed(0, "On its "),
    streamed(0, "way."),
    modelReturned(0, "On its way."),
  ];
  expect(await partsOf([...bodies, answered("On its way."), ended])).toEqual([
    { type: "step-start" },
    { type: "text", text: "On its way.", state: "done" },
  ]);
});

test("text that a crash made void is gone, and what else its step held stays", async () => {
  const bodies = [
    started,
    asked,
    modelCalled(0),
    modelCalled(1),
    streamed(0, "kept "),
    streamed(1, "void"),
    { type: "run.resumed", attempt: 2, because: "crash", version: "1" },
    modelCalled(1, 2),
    { type: "model.reset", effect: 1, attempt: 2 },
    streamed(0, "too."),
    modelReturned(0, "kept too."),
    streamed(1, "New.", 2),
    modelReturned(1, "New."),
  ] as const;
  expect(await partsOf(bodies)).toEqual([
    { type: "step-start" },
    { type: "text", text: "kept too.", state: "streaming" },
    { type: "text", text: "New.", state: "streaming" },
  ]);
});

test("an answer that is not what the model said stands instead of it", async () => {
  const bodies = [started, asked, modelCalled(0), streamed(0, "refund"), modelReturned(0, "refund")];
  expect(await partsOf([...bodies, answered("You get your money back."), ended])).toEqual([
    { type: "step-start" },
    { type: "text", text: "You get your money back.", state: "done" },
  ]);
});

test("an approved call keeps its approval and gets its result", async () => {
  const bodies = [
    started,
    asked,
    modelCalled(0),
    modelReturned(0, "", ["refund"]),
    approvalRequested(1, "refund"),
    { type: "run.paused", on: "approval", effects: [1] },
    { type: "run.resumed", attempt: 2, because: "decision", version: "1" },
    approvalDecided(1, "refund"),
    toolCalled(2, "refund"),
    toolReturned(2, "refund", "done"),
    modelCalled(3),
    modelReturned(3, "Done."),
    answered("Done."),
    ended,
  ] as const;
  expect(await partsOf(bodies)).toMatchObject([
    { type: "step-start" },
    {
      type: "tool-refund",
      state: "output-available",
      input: { of: "refund" },
      output: "done",
      approval: { id: `${run.runId}:1`, approved: true, requestReason: "refund needs approval" },
    },
    { type: "step-start" },
    { type: "text", text: "Done.", state: "done" },
  ]);
});

test("what happens inside a tool is not shown", async () => {
  const inside = 2_000_000;
  const bodies = [
    started,
    modelCalled(0),
    modelReturned(0, "", ["research"]),
    toolCalled(1, "research"),
    modelCalled(inside),
    streamed(inside, "secret thoughts"),
    modelReturned(inside, "secret thoughts"),
    toolCalled(inside + 1, "research"),
    toolReturned(inside + 1, "research", "inner"),
    toolReturned(1, "research", "outer"),
    answered("Found."),
    ended,
  ];
  expect(await partsOf(bodies)).toMatchObject([
    { type: "step-start" },
    { type: "tool-research", state: "output-available", output: "outer" },
    { type: "step-start" },
    { type: "text", text: "Found." },
  ]);
});

test("200 runs with crashes, approvals and failures: the message ends with the log's answer, and every chunk is valid", async () => {
  const { validate } = uiMessageChunkSchema();
  for (let seed = 0; seed < 200; seed += 1) {
    const { bodies, answer } = randomRun(seed);
    const chunks = chunksOf(bodies);
    for (const chunk of chunks) expect(await validate?.(chunk)).toMatchObject({ success: true });
    const message = await messageOf(chunks);
    const lastStep = message?.parts.slice(message.parts.findLastIndex(({ type }) => type === "step-start")) ?? [];
    const text = lastStep.map((part) => (part.type === "text" ? part.text : "")).join("");
    expect({ seed, text }).toEqual({ seed, text: answer });
    const tools = message?.parts.filter(({ type }) => type.startsWith("tool-")) ?? [];
    const done = ["output-available", "output-error", "output-denied"];
    expect(tools.every((part) => "state" in part && done.includes(String(part.state)))).toBe(true);
  }
});
