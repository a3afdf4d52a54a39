import { APICallError } from "@ai-sdk/provider";
import { ToolLoopAgent } from "ai";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, defineTool } from "../agent/index.ts";
import { AegisError } from "../kernel/index.ts";
import { scripted, type ScriptFunction } from "../model/index.ts";
import { eventsOf, openPlace, until } from "../testing/open-place.ts";

const places: ReturnType<typeof openPlace>[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

/** Calls the tool that fails, then the one that asks, then it is over. */
const SCRIPT: ScriptFunction = {
  id: "failing",
  next({ messages }) {
    const results = messages.filter(({ role }) => role === "tool").length;
    if (results >= 2) return { say: "over" };
    return { call: { tool: results === 0 ? "fail" : "approve", arguments: {} } };
  },
};

/** An AI SDK agent that meets a failure, then waits for approval: what it said before is asked again afterwards. */
function failing({
  fail,
  model = scripted(SCRIPT),
}: {
  fail: () => unknown;
  model?: ReturnType<typeof scripted>;
}): AgentOptions {
  const input = z.object({});
  const tools = {
    fail: defineTool({ name: "fail", description: "fails", input, execute: fail }),
    approve: defineTool({ name: "approve", description: "asks", input, needsApproval: true, execute: () => "yes" }),
  };
  return { name: "failing", version: "1", agent: () => new ToolLoopAgent({ model, tools }) };
}

async function approveOnce(agent: AgentOptions): Promise<string> {
  const place = openPlace();
  places.push(place);
  const { runtime } = await place.open([agent]);
  const session = await runtime.createSession({ agent: "failing", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "go", by: "ada" });
  await until(runtime, run, ({ status }) => status === "paused" || status === "ended");
  const [asked] = await runtime.pendingDecisions(run.id);
  const body = { kind: "approval" as const, effect: asked?.effect ?? -1, decision: "approved" as const };
  await runtime.signal(run.id, { by: "eve", body });
  const after = await until(
    runtime,
    run,
    ({ status, attempt }) => status === "ended" || (status === "paused" && attempt > 1),
  );
  expect(after).toMatchObject({ status: "ended", outcome: "answered" });
  const sent = (await eventsOf(runtime, run)).find(({ type }) => type === "message.sent");
  return sent?.type === "message.sent" ? sent.content : "";
}

class OwnError extends Error {
  override readonly name = "OwnError";
}

test.each<{ why: string; error: Error }>([
  { why: "an error of Aegis", error: new AegisError("memory.too_large", "too large") },
  { why: "an error of the tool's own", error: new OwnError("own") },
  { why: "a whole page as the message", error: new Error("<html>".repeat(2_000)) },
])("a tool's failure is told to the model as before, when the run is taken up again: $why", async ({ error }) => {
  const fail = () => {
    throw error;
  };
  expect(await approveOnce(failing({ fail }))).toBe("over");
});

test.each<{ why: string; result: unknown }>([
  { why: "nothing", result: undefined },
  { why: "a date", result: new Date(0) },
  {
    why: "what JSON cannot hold",
    result: { nan: Number.NaN, map: new Map([["a", 1]]), gone: undefined, list: [undefined] },
  },
])("a tool's result is told to the model as before, when the run is taken up again: $why", async ({ result }) => {
  expect(await approveOnce(failing({ fail: () => result }))).toBe("over");
});

test("a model call that failed and was made again by the AI SDK is replayed as it went", async () => {
  const model = scripted(SCRIPT);
  let calls = 0;
  const flaky = {
    ...model,
    doStream: (options: Parameters<typeof model.doStream>[0]) => {
      calls += 1;
      if (calls > 1) return model.doStream(options);
      const call = { url: "http://provider", requestBodyValues: {}, statusCode: 500 };
      throw new APICallError({ message: "try again", ...call });
    },
  };
  const fail = () => {
    throw new Error("no");
  };
  expect(await approveOnce(failing({ fail, model: flaky }))).toBe("over");
});
