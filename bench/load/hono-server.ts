// The least a server of such streams can be: Hono, server-sent events, nothing kept. `node hono-server.ts` prints its address.
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { readSchedule, streamTokens } from "./stream-schedule.ts";

const app = new Hono();

app.post("/sessions", (c) => c.json({ id: "any" }, 201));
app.post("/sessions/:id/runs", async (c) => {
  const { message } = await c.req.json<{ message: string }>();
  return streamSSE(c, async (stream) => {
    const ended = Promise.withResolvers<void>();
    let written = Promise.resolve();
    const ticking = streamTokens(readSchedule(message), {
      token(text) {
        written = stream.writeSSE({ data: JSON.stringify({ text }) });
      },
      end: ended.resolve,
    });
    stream.onAbort(() => {
      ticking.stop();
      ended.resolve();
    });
    await ended.promise;
    await written;
  });
});

const server = createAdaptorServer({ fetch: app.fetch });
server.listen({ host: "127.0.0.1", port: 0, backlog: 4_096 }, () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
