import { expect, test } from "vitest";
import { callMcp, look, nameOf, openFaultyWorld } from "./faults/fault-kit.ts";
import { CALL, ENTRIES, MCP_ROWS } from "./faults/mcp-rows.ts";

const cases = MCP_ROWS.flatMap((row) => ["/mcp", "/mcp-stream"].map((path) => ({ ...row, path })));

test.each(cases)(
  "mcp $path: $fault",
  async ({ fault, method = "tools/call", params = CALL, path, sees, detail = {} }) => {
    await using world = await openFaultyWorld([{ on: "mcp shop", call: 1, do: fault }]);
    sees(await callMcp(`${world.url}${path}`, method, params), world);
    expect(world.told).toMatchObject([{ on: "mcp shop", fault: nameOf(fault), detail }]);
    const again = await callMcp(`${world.url}${path}`, "tools/call", CALL);
    expect(again.message).toMatchObject({ result: { structuredContent: { entries: ENTRIES } } });
  },
);

test("a stream that is kept open for news is meant only by who names it", async () => {
  await using world = await openFaultyWorld([
    { on: "http *", do: "server-error" },
    { on: "http GET */mcp-stream", call: 2, do: "forbidden" },
  ]);
  const statuses = [];
  const init = { headers: { accept: "text/event-stream" } };
  for (let count = 0; count < 2; count += 1) statuses.push((await look(`${world.url}/mcp-stream`, init)).status);
  expect(statuses).toEqual([405, 403]);
});

test("a fault of results counts calls of tools, whatever else is asked before", async () => {
  await using world = await openFaultyWorld([
    { on: "mcp shop", call: 1, do: "mcp-is-error" },
    { on: "http *", do: "server-error" },
  ]);
  const seen = [];
  for (const method of ["initialize", "tools/list", "tools/call", "tools/call"]) {
    seen.push((await callMcp(`${world.url}/mcp`, method, CALL)).text.includes("isError"));
  }
  expect(seen).toEqual([false, false, true, false]);
});

test.each(["/count", "/mcp-count"])(
  "read-after-write lag at %s: a read shows what the same read showed before",
  async (path) => {
    const on = path === "/count" ? "http *" : "mcp shop";
    await using world = await openFaultyWorld([{ on, call: [1, 3], do: "read-after-write-lag" }]);
    const read = async () => {
      const { text, message } =
        path === "/count"
          ? { ...(await look(`${world.url}${path}`)), message: null }
          : await callMcp(`${world.url}${path}`, "tools/call", CALL);
      return path === "/count" ? (JSON.parse(text) as unknown) : (message as { result: unknown }).result;
    };
    // The first read has none before it: it is what it is, and nothing is told.
    const [first, second, third] = [await read(), await read(), await read()];
    expect(second).not.toEqual(first);
    expect(third).toEqual(second);
    expect(world.told).toMatchObject([{ fault: "read-after-write-lag" }]);
  },
);
