import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openBrowser, watchPage } from "./chat-page-kit.ts";
import { openCuttable } from "./cuttable.ts";
import { HOSTILE, refundAgent, serveAgent, STORY } from "./refund-agent.ts";
import { openPlace } from "../src/testing/open-place.ts";
import { echo, openServed } from "./server-kit.ts";

let browser: Browser;
beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser?.close());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

test("a conversation: an approval with changed arguments, a broken connection, hostile text, a reload", async () => {
  const { agent, refunds, allow } = refundAgent();
  const { page, way, watch } = await openPage({ agents: [agent] });

  await say(page, "Please refund my lamp");
  const card = page.getByRole("region", { name: "Approve refund_issue?" });
  await card.getByRole("button", { name: "Edit arguments" }).click();
  const editor = card.getByRole("textbox", { name: "Arguments as JSON" });
  await editor.fill("{ nonsense");
  await card.getByRole("button", { name: "Approve with changes" }).click();
  await card.getByText("This is no JSON yet").waitFor();
  await editor.fill('{"orderId": "W1", "amountCents": 1200}');
  await card.getByRole("button", { name: "Approve with changes" }).click();
  await page.locator(".answer").getByText('The refund came back with {"paid":1200}').waitFor();
  expect(refunds).toEqual([{ orderId: "W1", amountCents: 1_200 }]);
  expect(await card.count()).toBe(0);
  await page.getByText("Approved with changes").waitFor();

  allow(20);
  await say(page, "Tell me a story");
  const story = page.locator(".run").last().locator(".answer");
  await story.getByText("word19").waitFor();
  expect(await story.textContent()).not.toContain("word20");
  way.down();
  await page.getByText(/^Reconnecting in \d+ s$/).waitFor();
  allow(Number.POSITIVE_INFINITY);
  way.up();
  await expectText(story, STORY);
  await page.getByText("Ready").waitFor();

  await say(page, "Something hostile");
  await page.locator(".run").last().getByText('Done & "well".').waitFor();
  const hostile = await page.locator(".run").last().locator(".answer").innerText();
  for (const line of HOSTILE.split("\n").filter((each) => !each.startsWith("`"))) expect(hostile).toContain(line);
  expect(await page.locator(".run img, .run script, .run b").count()).toBe(0);

  const before = await page.locator("#runs").innerText();
  await page.reload();
  await expectText(page.locator("#runs"), before, "innerText");
  expect(await page.locator(".run").count()).toBe(3);
  await page.getByRole("button", { name: /^Please refund my lamp/ }).waitFor();
  watch.expectNone();
});

test("while the agent is at work, a message waits or interrupts, and all can be stopped", async () => {
  const { agent, allow } = refundAgent();
  const { page, watch } = await openPage({ agents: [agent] });
  allow(3);
  await say(page, "A story");
  await page.locator(".answer").getByText("word2").waitFor();
  await say(page, "Another story");
  await page.locator(".run").nth(1).getByText("Waiting for its turn").waitFor();
  await page.getByLabel("Your message").selectOption("interrupt");
  await say(page, "The last story");
  await expect.poll(() => page.locator(".run").getByText("Stopped.").count(), { timeout: 30_000 }).toBe(2);
  allow(3);
  await page.locator(".run").nth(2).locator(".answer").getByText("word2").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator(".run").nth(2).getByText("Stopped.").waitFor();
  await page.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden" });
  watch.expectNone();
});

test("without a network the page says so, and goes on when it is back", async () => {
  const { agent, allow } = refundAgent();
  const { page, way, watch } = await openPage({ agents: [agent] });
  allow(3);
  await say(page, "A story");
  await page.locator(".answer").getByText("word0").waitFor();
  await page.context().setOffline(true);
  way.cut();
  await page.getByText("Offline").waitFor();
  allow(Number.POSITIVE_INFINITY);
  expect(await page.locator(".answer").textContent()).not.toContain("word3");
  await page.context().setOffline(false);
  await expectText(page.locator(".answer"), STORY);
  watch.expectNone();
});

test("a message can join the work under way", async () => {
  const paying = Promise.withResolvers<void>();
  const { agent } = refundAgent({ needsApproval: false, beforePaying: () => paying.promise });
  const { page, watch } = await openPage({ agents: [agent] });
  await say(page, "A refund please");
  await page.locator("summary").getByText("running").waitFor();
  await page.getByLabel("Your message").selectOption("steer");
  await say(page, "And quickly");
  await page.locator(".coming").getByText("And quickly").waitFor();
  paying.resolve();
  await page.getByText("Ready").waitFor();
  expect(await page.locator(".bubble").allTextContents()).toEqual(["A refund please", "And quickly"]);
  expect(await page.locator(".coming").count()).toBe(0);
  expect(await page.locator(".run").count()).toBe(1);
  watch.expectNone();
});

test.each([
  { button: "Try again", paid: 2, says: 'came back with {"paid":4950}' },
  { button: "It failed", paid: 1, says: "came back with" },
])("after a crash in the middle of a payment a person says what happened: $button", async ({ button, paid, says }) => {
  const place = openPlace();
  closers.push(() => place.close());
  let count = 0;
  const beforePaying = () => ((count += 1) === 1 ? new Promise<void>(() => undefined) : Promise.resolve());
  const { agent } = refundAgent({ needsApproval: false, beforePaying });
  const first = await serveAgent(place, agent);
  const { page, way, watch } = await openPageOf(first.url);
  await say(page, "A refund please");
  await page.locator("summary").getByText("running").waitFor();
  way.down();
  await first.close();

  const second = await serveAgent(place, agent);
  closers.push(() => second.close());
  way.up(second.url);
  const card = page.getByRole("region", { name: "Did refund_issue happen?" });
  await card.getByRole("button", { name: button }).click();
  await page.locator(".answer").getByText(says).waitFor();
  expect(count).toBe(paid);
  watch.expectNone();
});

test("a server with auth asks for a key, and the tab keeps it", async () => {
  const { page, served, watch } = await openPage({ agents: [echo], auth: {} }, { isAsked: true });
  const gate = page.getByRole("dialog", { name: "This server asks who you are" });
  await gate.getByLabel("API key").fill("schlüssel");
  await gate.getByRole("button", { name: "Go on" }).click();
  await gate.getByText("The key was not taken").waitFor();
  await gate.getByLabel("API key").fill("wrong");
  await gate.getByRole("button", { name: "Go on" }).click();
  await gate.getByText("The key was not taken").waitFor();
  const { secret } = await served.makeKey({ name: "ada", role: "user" });
  await gate.getByLabel("API key").fill(secret);
  await gate.getByRole("button", { name: "Go on" }).click();
  await say(page, "hello");
  await page.locator(".answer").getByText("1: hello").waitFor();
  await page.reload();
  await page.locator(".answer").getByText("1: hello").waitFor();
  expect(await gate.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Forget the key" }).click();
  await gate.waitFor();
  watch.expectNone({ but: /status of 401/ });
});

test("works by keyboard alone, on a phone, and says its answers", async () => {
  const { page, watch } = await openPage({ agents: [echo] }, { viewport: { width: 390, height: 780 } });
  await page.getByRole("combobox", { name: "Agent" }).waitFor();
  await page.locator("#message").waitFor();
  await page.keyboard.type("hello");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("you");
  await page.keyboard.press("Enter");
  await page.locator(".answer").getByText("1: hello you").waitFor();
  await page.locator("[aria-live]").getByText("1: hello you").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Conversations" }).press("Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Try an agent" }).waitFor();
  await page.goBack();
  await page.locator(".answer").getByText("1: hello you").waitFor();
  const wider = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  expect(wider).toBe(false);
  watch.expectNone();
});

test("an address of nothing says what to do", async () => {
  const { page, way } = await openPage({ agents: [echo] });
  await page.goto(`${way.url}/#nothing-here`);
  const told = page.getByRole("alert").getByText("List sessions");
  await told.waitFor();
  expect(await page.getByRole("button", { name: "New conversation" }).isVisible()).toBe(true);
});

interface PageOptions {
  /** The server has auth. */
  readonly isAsked?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

async function openPage(serving: Parameters<typeof openServed>[0], view?: PageOptions) {
  const served = await openServed(serving);
  closers.push(served.close);
  return { served, ...(await openPageOf(served.url, view)) };
}

async function openPageOf(url: string, { isAsked = false, ...view }: PageOptions = {}) {
  const way = await openCuttable(url);
  closers.push(way.close);
  const context = await browser.newContext(view);
  closers.push(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const watch = watchPage(page);
  await page.goto(way.url);
  if (isAsked) await page.getByRole("dialog").waitFor();
  else await page.locator("#agent option").first().waitFor({ state: "attached" });
  return { page, way, watch };
}

async function say(page: Page, message: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(message);
  await page.getByRole("button", { name: "Send" }).click();
}

async function expectText(
  place: ReturnType<Page["locator"]>,
  text: string,
  how: "textContent" | "innerText" = "textContent",
): Promise<void> {
  await expect.poll(() => place[how](), { timeout: 30_000 }).toBe(text);
}
