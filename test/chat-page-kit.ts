import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const CHROMIUM = "/usr/bin/chromium";

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM} is missing: \`npm test\` installs it, or do it with: sudo apt-get install chromium`);
  }
  // Chromium's own sandbox does not work for root.
  return chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

/** What the page must never do; told when the test looks. */
export function watchPage(page: Page) {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") complaints.push(`request to ${request.url()}`);
  });
  return {
    /** A browser itself notes each broken connection and, where told, each refusal; nothing else may be there. */
    expectNone: ({ but = /net::ERR_.*\/v1\/runs\/\w+\/events\)$/ }: { readonly but?: RegExp } = {}) => {
      expect(complaints.filter((each) => !but.test(each))).toEqual([]);
    },
  };
}
