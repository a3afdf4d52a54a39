import { expect, test } from "vitest";
import { SuspicionFinder } from "./suspicion.ts";

const PROSE = "The order of the customer was shipped on Monday and came on Tuesday. ".repeat(12);

test.each([
  ["a sure name", "PassWord", { ofHint: true, ofShape: false }],
  ["a name with something between", "connection-string", { ofHint: true, ofShape: false }],
  ["an unsure name with a value", `"session" :  "abcdefgh`, { ofHint: true, ofShape: false }],
  ["an unsure name without one", "a session of the author", { ofHint: false, ofShape: false }],
  ["a number of tokens", "max_tokens: 500", { ofHint: false, ofShape: false }],
  ["how a key begins", "sk-", { ofHint: false, ofShape: true }],
  ["the other case of it", "SK-", { ofHint: false, ofShape: false }],
  ["an address", "https://example.org", { ofHint: false, ofShape: true }],
])("%s is found wherever it stands", (_what, text, expected) => {
  for (const place of [0, 1, PROSE.length - 1, PROSE.length]) {
    const whole = `${PROSE.slice(0, place)} ${text} ${PROSE.slice(place)}`;
    expect(new SuspicionFinder().find(whole)).toEqual(expected);
  }
});

test.each([
  "password",
  "token=abcdefgh",
  "my key: 'abcdefgh'",
  "connection string",
  "sk-",
  "PRIVATE KEY",
  "hooks.slack.com",
])("%s is found behind a beginning that was clean, at every cut", (secret) => {
  for (let cut = 0; cut <= secret.length; cut += 1) {
    const finder = new SuspicionFinder();
    // The last character stands for the bracket that closes a list.
    const before = `${PROSE}${secret.slice(0, cut)}]`;
    finder.find(before);
    const found = finder.find(`${PROSE}${secret} ${PROSE}`);
    expect(found.ofHint || found.ofShape).toBe(true);
  }
});
