import { readUIMessageStream, type UIMessage, type UIMessageChunk, uiMessageChunkSchema } from "ai";
import { expect, test } from "vitest";
import * as log from "../run-parts/sample-log.test-kit.ts";
import { ChatChunks } from "./chat-chunks.ts";

const run = { runId: "01K9ZZZZZZZZZZZZZZZZZZZZZZ", sessionId: "s1" };

function chunksOf(bodies: readonly log.EventBody[]): UIMessageChunk[] {
  const chunks = new ChatChunks(run);
  return [...chunks.opening(0), ...log.readAll(bodies, chunks)];
}

/** As the AI SDK's own reader puts the message together. */
async function messageOf(chunks: readonly UIMessageChunk[]): Promise<UIMessage | undefined> {
  let last: UIMessage | undefined;
  for await (const message of readUIMessageStream({ stream: ReadableStream.from(chunks) })) last = message;
  return last;
}

/** The parts without our offset, as plain JSON. */
async function partsOf(bodies: readonly log.EventBody[]): Promise<unknown> {
  const message = await messageOf(chunksOf(bodies));
  return JSON.parse(JSON.stringify(message?.parts.filter(({ type }) => type !== "data-aegis")));
}

test("a streamed answer is one text", async () => {
  const bodies = [
    log.started,
    log.asked,
    log.modelCalled(0),
    log.streamed(0, "On its "),
    log.streamed(0, "way."),
    log.modelReturned(0, "On its way."),
  ];
  expect(await partsOf([...bodies, log.answered("On its way."), log.ended])).toEqual([
    { type: "step-start" },
    { type: "text", text: "On its way.", state: "done" },
  ]);
});

test("text that a crash made void is gone, and what else its step held stays", async () => {
  const bodies = [
    log.started,
    log.asked,
    log.modelCalled(0),
    log.modelCalled(1),
    log.streamed(0, "kept "),
    log.streamed(1, "void"),
    { type: "run.resumed", attempt: 2, because: "crash", version: "1" },
    log.modelCalled(1, 2),
    { type: "model.reset", effect: 1, attempt: 2 },
    log.streamed(0, "too."),
    log.modelReturned(0, "kept too."),
    log.streamed(1, "New.", 2),
    log.modelReturned(1, "New."),
  ] as const;
  expect(await partsOf(bodies)).toEqual([
    { type: "step-start" },
    { type: "text", text: "kept too.", state: "streaming" },
    { type: "text", text: "New.", state: "streaming" },
  ]);
});

test("an answer that is not what the model said stands instead of it", async () => {
  const bodies = [
    log.started,
    log.asked,
    log.modelCalled(0),
    log.streamed(0, "refund"),
    log.modelReturned(0, "refund"),
  ];
  expect(await partsOf([...bodies, log.answered("You get your money back."), log.ended])).toEqual([
    { type: "step-start" },
    { type: "text", text: "You get your money back.", state: "done" },
  ]);
});

test("an approved call keeps its approval and gets its result", async () => {
  const bodies = [
    log.started,
    log.asked,
    log.modelCalled(0),
    log.modelReturned(0, "", ["refund"]),
    log.approvalRequested(1, "refund"),
    { type: "run.paused", on: "approval", effects: [1] },
    { type: "run.resumed", attempt: 2, because: "decision", version: "1" },
    log.approvalDecided(1, "refund"),
    log.toolCalled(2, "refund"),
    log.toolReturned(2, "refund", "done"),
    log.modelCalled(3),
    log.modelReturned(3, "Done."),
    log.answered("Done."),
    log.ended,
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
    log.started,
    log.modelCalled(0),
    log.modelReturned(0, "", ["research"]),
    log.toolCalled(1, "research"),
    log.modelCalled(inside),
    log.streamed(inside, "secret thoughts"),
    log.modelReturned(inside, "secret thoughts"),
    log.toolCalled(inside + 1, "research"),
    log.toolReturned(inside + 1, "research", "inner"),
    log.toolReturned(1, "research", "outer"),
    log.answered("Found."),
    log.ended,
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
    const { bodies, answer } = log.randomRun(seed);
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
