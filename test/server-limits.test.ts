import { connect } from "node:net";
import { expect, test } from "vitest";
import { LIMITS } from "../src/kernel/index.ts";
import { echo, eventually, openServed } from "./server-kit.ts";

test("more requests, sessions and messages than wanted are refused with what to do", async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = { ...echo, run: async () => gate.then(() => "done") };
  const own = await openServed({ agents: [slow], limits: { sessionsPerUserMax: 2 }, auth: {} });
  try {
    const { secret: token } = await own.makeKey({ name: "ada", role: "user" });
    const { json } = await own.post("/v1/sessions", { agent: "echo" }, { token });
    await own.post("/v1/sessions", { agent: "echo" }, { token });
    expect(await own.post("/v1/sessions", { agent: "echo" }, { token })).toMatchObject({
      status: 429,
      json: { code: "session.too_many" },
    });
    await own.send("DELETE", `/v1/sessions/${json.id}`, { token });
    const { json: last } = await own.post("/v1/sessions", { agent: "echo" }, { token });
    const send = () => own.post(`/v1/sessions/${last.id}/runs`, { message: "a" }, { token });
    const answers = await Promise.all(Array.from({ length: LIMITS.sessionQueueMax }, send));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const full = await send();
    expect(full.json.code).toBe("session.queue_full");
    expect(full.headers.get("retry-after")).toBe("1");
  } finally {
    release();
    await own.close();
  }
});

test("more requests at a time than wanted are asked to come again", async () => {
  const own = await openServed({ limits: { requestsInFlightMax: 1 } });
  const { port } = new URL(own.url);
  const socket = connect(Number(port), "127.0.0.1");
  try {
    const head = `POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: 16\r\n\r\n{"agent"`);
    await eventually(async () => (await own.get("/v1/sessions")).status === 429);
    const refused = await own.get("/v1/sessions");
    expect(refused).toMatchObject({ status: 429, json: { code: "runtime.overloaded" } });
    expect(refused.json.details).toEqual({ requestsInFlightMax: 1 });
    expect((await own.get("/health")).status).toBe(200);
    socket.write(':"echo"}');
    await eventually(async () => (await own.get("/v1/sessions")).json.items?.length === 1);
  } finally {
    socket.destroy();
    await own.close();
  }
});
