// The same streams from a Mastra agent that remembers its conversations in a LibSQL file:
// `node mastra-server.ts NODE_MODULES FILE_URL` prints its address. Its packages are no dependency of this project.
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { tickingModel } from "./ticking-model.ts";

interface MastraPackages {
  readonly Mastra: new (options: { agents: Record<string, MastraAgent>; storage: object; logger: false }) => {
    getAgent(name: string): MastraAgent;
  };
  readonly Agent: new (options: {
    id: string;
    name: string;
    instructions: string;
    model: LanguageModelV4;
    memory: object;
  }) => MastraAgent;
  readonly Memory: new (options: { storage: object; options: { lastMessages: number } }) => object;
  readonly LibSQLStore: new (options: { id: string; url: string }) => object;
}

interface MastraAgent {
  stream(
    message: string,
    options: { memory: { thread: string; resource: string } },
  ): Promise<{ readonly textStream: AsyncIterable<string> }>;
}

const [, , modules = "", url = ""] = process.argv;
const load = createRequire(join(modules, "peer.cjs"));
const { Mastra } = load("@mastra/core/mastra") as MastraPackages;
const { Agent } = load("@mastra/core/agent") as MastraPackages;
const { Memory } = load("@mastra/memory") as MastraPackages;
const { LibSQLStore } = load("@mastra/libsql") as MastraPackages;

const storage = new LibSQLStore({ id: "store", url });
const streamer = new Agent({
  id: "streamer",
  name: "streamer",
  instructions: "Stream.",
  model: tickingModel(),
  memory: new Memory({ storage, options: { lastMessages: 10 } }),
});
const agent = new Mastra({ agents: { streamer }, storage, logger: false }).getAgent("streamer");

const app = new Hono();
let sessionCount = 0;
app.post("/sessions", (c) => c.json({ id: `thread-${(sessionCount += 1)}` }, 201));
app.post("/sessions/:id/runs", async (c) => {
  const { message } = await c.req.json<{ message: string }>();
  const thread = c.req.param("id");
  const { textStream } = await agent.stream(message, { memory: { thread, resource: `user-${thread}` } });
  return streamSSE(c, async (stream) => {
    for await (const text of textStream) await stream.writeSSE({ data: JSON.stringify({ text }) });
  });
});

const server = createAdaptorServer({ fetch: app.fetch });
server.listen({ host: "127.0.0.1", port: 0, backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
