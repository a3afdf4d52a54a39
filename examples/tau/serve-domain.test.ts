import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { changedRecords } from "./changed-records.ts";
import { openDomain } from "./environment.ts";
import { serveDomain } from "./serve-domain.ts";
import { writeSmallData } from "./small-data.ts";

const dataFolder = writeSmallData();
afterAll(() => rmSync(dataFolder, { recursive: true }));

async function open(faults?: ReadonlyMap<number, string>) {
  const domain = openDomain("retail", { dataFolder });
  const episode = domain.newEpisode();
  const service = await serveDomain({ domain, episode, ...(faults && { faults }) });
  const call = async (path: string, body?: string) => {
    const response = await fetch(service.url + path, body === undefined ? {} : { method: "POST", body });
    return [response.status, await response.text()];
  };
  return { episode, call, [Symbol.asyncDispose]: () => service.close() };
}

const CANCEL = JSON.stringify({ order_id: "#W1", reason: "no longer needed" });

test.each<[string, string, string | undefined, number, unknown]>([
  ["the policy", "/policy", undefined, 200, "Be kind."],
  ["the tools", "/tools", undefined, 200, "[]"],
  [
    "a refusal",
    "/tools/cancel_pending_order",
    CANCEL.replace("#W1", "#W2"),
    200,
    "Error: non-pending order cannot be cancelled",
  ],
  ["a tool nobody knows", "/tools/fly", "{}", 200, "Unknown action fly"],
  [
    "broken arguments",
    "/tools/cancel_pending_order",
    "{",
    200,
    expect.stringMatching(/^Error: the arguments are not valid JSON/),
  ],
  ["another path", "/tools", "{}", 404, expect.stringMatching(/^GET \/policy/)],
])("answers %s", async (_what, path, body, status, text) => {
  await using served = await open();
  expect(await served.call(path, body)).toEqual([status, text]);
  expect(served.episode.changes()).toEqual([]);
});

test("shows the records an episode changed, and none of another episode's", async () => {
  await using changed = await open();
  await using untouched = await open();
  expect(await changed.call("/tools/cancel_pending_order", CANCEL)).toEqual([
    200,
    expect.stringContaining('"status": "cancelled"'),
  ]);
  expect(changedRecords(changed.episode)).toMatchObject({
    before: {
      orders: { "#W1": { status: "pending" } },
      users: { ann_1: { payment_methods: { gift_card_1: { balance: 50 } } } },
    },
    after: {
      orders: { "#W1": { status: "cancelled" } },
      users: { ann_1: { payment_methods: { gift_card_1: { balance: 70.2 } } } },
    },
  });
  expect(changedRecords(untouched.episode)).toEqual({ before: {}, after: {} });
});

test("gives the recorder's fault instead of running the tool", async () => {
  await using served = await open(new Map([[1, "Error: 503 Service Unavailable"]]));
  expect(await served.call("/tools/think", '{"thought": ""}')).toEqual([200, ""]);
  expect(await served.call("/tools/cancel_pending_order", CANCEL)).toEqual([200, "Error: 503 Service Unavailable"]);
  expect(served.episode.changes()).toEqual([]);
  expect(await served.call("/tools/cancel_pending_order", CANCEL)).toEqual([200, expect.stringContaining("cancelled")]);
});
