import { afterEach, expect, test } from "vitest";
import type { Webhook } from "../../domain/index.ts";
import { fixedClock, idMaker, systemClock } from "../../kernel/index.ts";
import { openPlace } from "../../testing/open-place.ts";
import { forgetWebhooks, knownWebhooks } from "./known-webhooks.ts";

const place = openPlace();
afterEach(() => place.close());

const makeId = idMaker(systemClock, Math.random);
const webhook = (): Webhook => ({
  id: makeId(),
  url: "http://localhost/",
  secret: "whsec_",
  events: ["run.ended"],
  ownerId: null,
  createdAtMs: 0,
});

test("the store is asked once in a while, at once after a change here, and again after a failure", async () => {
  const store = await place.openStore();
  const clock = fixedClock(0);
  let readCount = 0;
  let isBroken = false;
  const counting = {
    listWebhooks: () => {
      readCount += 1;
      return isBroken ? Promise.reject(new Error("broken")) : store.listWebhooks();
    },
  };
  const ask = async () => (await knownWebhooks(counting, clock)).length;
  expect(await Promise.all(Array.from({ length: 50 }, ask))).toEqual(Array.from({ length: 50 }, () => 0));
  expect(readCount).toBe(1);

  await store.createWebhook(webhook());
  clock.advance(1_999);
  expect([await ask(), readCount]).toEqual([0, 1]);
  clock.advance(1);
  expect([await ask(), readCount]).toEqual([1, 2]);

  await store.createWebhook(webhook());
  forgetWebhooks(counting);
  expect([await ask(), readCount]).toEqual([2, 3]);

  clock.advance(2_000);
  isBroken = true;
  await expect(ask()).rejects.toThrow("broken");
  isBroken = false;
  expect([await ask(), readCount]).toEqual([2, 5]);
});
