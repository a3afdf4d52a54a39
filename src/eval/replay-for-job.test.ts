import { expect, test } from "vitest";
import type { RecordedTake, ToolReplay } from "../domain/index.ts";
import { replayForJob } from "./replay-for-job.ts";

const takeOf = (name: string): RecordedTake => ({
  name,
  agent: { name: "a", version: "1" },
  instructions: `${name} policy`,
  ended: { outcome: "answered" },
  turns: [
    {
      user: `${name} question`,
      steps: [
        { model: { role: "assistant", content: `${name} thought` } },
        { tool: "t", callId: "1", arguments: {}, result: `${name} result`, durationMs: 1 },
        { answer: `${name} answer` },
      ],
    },
  ],
});

const replay: ToolReplay = { onMiss: "fail", pace: "none", tools: [], takes: [takeOf("failure"), takeOf("good")] };
const said = (text: string) => [...text.matchAll(/(?:failure|good) \w+/g)].map(([words]) => words);

test("an agent of the project is told what tools answered, and nothing that was said", () => {
  const job = replayForJob(replay, { kind: "file", file: "/a.ts", name: "a" });
  expect(said(JSON.stringify(job))).toEqual(["failure result", "good result"]);
});

test("a recorded agent is told what it has to say, and of the good run what tools answered", () => {
  const job = replayForJob(replay, { kind: "recorded", file: "/a.ts" });
  expect(job.takes[0]).toEqual(takeOf("failure"));
  expect(said(JSON.stringify(job.takes[1]))).toEqual(["good result"]);
});
