import { expect, test } from "vitest";
import { nameOf, openFaultyWorld } from "./faults/fault-kit.ts";
import { ask, MODEL_CLIENTS } from "./faults/model-clients.ts";
import { ARGUMENTS, MODEL_ROWS, MODEL_STREAM_ROWS, type ModelRow, reasonOf } from "./faults/model-rows.ts";
import { SAID } from "./faults/model-upstream.ts";

const CLIENTS = Object.entries(MODEL_CLIENTS).map(([client, open]) => ({ client, open }));
test.each(CLIENTS)(
  "$client: an answer that no fault touches, and one that is only put together anew",
  async ({ client, open }) => {
    await using world = await openFaultyWorld([{ on: "model", call: 2, do: { "model-changed": "other-model" } }]);
    const healthy = await ask(open, world.url);
    const reason = reasonOf(client, { chat: "tool_calls", responses: "completed", anthropic: "tool_use" });
    expect(healthy).toMatchObject({
      text: SAID,
      calls: [{ name: "lookup", arguments: ARGUMENTS }],
      reason,
      hasUsage: true,
    });
    expect(world.told).toEqual([]);
    expect(await ask(open, world.url)).toEqual({ ...healthy, model: "other-model" });
    expect(world.told).toMatchObject([{ on: "model", fault: "model-changed", detail: { model: "other-model" } }]);
  },
);

const isStreamed = (client: string) => client.endsWith("streamed");

const cases = (rows: readonly ModelRow[], clients: typeof CLIENTS) =>
  rows.flatMap((row) => clients.map((each) => ({ ...row, ...each, name: JSON.stringify(row.fault) })));

test.each([
  ...cases(MODEL_ROWS, CLIENTS),
  ...cases(
    MODEL_STREAM_ROWS,
    CLIENTS.filter(({ client }) => isStreamed(client)),
  ),
])("$client: $name", async ({ fault, client, open, sees, detail = {} }) => {
  await using world = await openFaultyWorld([{ on: "model", call: 1, do: fault }]);
  sees(await ask((url) => withinSecond(open(url)), world.url), client);
  expect(world.told).toMatchObject([{ on: "model", fault: nameOf(fault), detail }]);
});

test("what a model says without a tool call has no call to go wrong, and nothing is told", async () => {
  await using world = await openFaultyWorld([
    { on: "model", call: 1, do: "empty-content" },
    { on: "http *", do: "server-error" },
  ]);
  const saw = await ask(MODEL_CLIENTS["openai chat"] ?? (() => Promise.reject(new Error("no client"))), world.url);
  expect(saw.error).toBeUndefined();
  // `http *` means services, not the model.
  await ask(MODEL_CLIENTS["anthropic"] ?? (() => Promise.reject(new Error("no client"))), world.url);
  expect(world.told.map(({ fault }) => fault)).toEqual(["empty-content"]);
});

/** Clients that are kept waiting by signs of life have no limit of their own for it. */
function withinSecond<Value>(work: Promise<Value>): Promise<Value> {
  const limit = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("took too long")), 1_000).unref());
  return Promise.race([work, limit]);
}
