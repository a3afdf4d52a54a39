import { expect, test } from "vitest";
import { nameSecret } from "./secret-name.ts";
import { SuspicionFinder } from "./suspicion.ts";

const PROSE = "The order of the customer was shipped on Monday and came on Tuesday. ".repeat(12);
const finder = () => new SuspicionFinder(nameSecret([]));

test.each([
  ["a sure name with a value", "PASSWORD: hunter2", "suspect"],
  ["an unsure name with a value", `"session" :  "abcdefgh`, "suspect"],
  ["a name in a query", "/cb?code=1&a=b", "suspect"],
  ["an option", "--signing-key hunter22", "suspect"],
  ["how a key begins, with a key behind it", "sk-aB3dE5gH7jK9mN1pQ2", "suspect"],
  ["an address with a password", "https://u:pw@example.org", "suspect"],
  ["an escape of ASCII", "a\\u003db", "suspect"],
  ["percent", "a%20b", "suspect"],
  ["a name in base64", Buffer.from("my password is").toString("base64"), "suspect"],
  ["a name in hexadecimal", `xy${Buffer.from("my password is").toString("hex")}`, "suspect"],
  ["a date", "2026-05-11T10:00:00Z", "packed"],
  ["a name without a value", "password, a session of the author", "none"],
  ["a number of tokens", "max_tokens: 500", "none"],
  ["an address", "see https://example.org/a", "none"],
  ["a task", "desk-bound risk-averse task-force: sk- ", "none"],
  ["another letter, escaped", "caf\\u00e9", "none"],
])("%s is found wherever it stands", (_what, text, expected) => {
  for (const place of [0, 1, PROSE.length - 1, PROSE.length]) {
    const whole = `${PROSE.slice(0, place)} ${text} ${PROSE.slice(place)}`;
    expect(finder().find(whole)).toBe(expected);
  }
});

test.each([
  "password=abcdefgh",
  "token=abcdefgh",
  "my key: 'abcdefgh'",
  "connection string",
  "sk-aB3dE5gH7jK9mN1pQ2",
  "PRIVATE KEY",
  "hooks.slack.com/services/aB3dE5gH7jK9mN1pQ2rS4tU6",
  "Bearer aB3dE5gH7jK9mN1pQ2",
  "a%20b",
  "\\u003d",
  Buffer.from("my password is").toString("base64"),
  JSON.stringify({ "the old password": "x" }),
])("%s is found behind a beginning that was clean, at every cut", (secret) => {
  for (let cut = 0; cut <= secret.length; cut += 1) {
    const suspicions = finder();
    // The last character stands for the bracket that closes a list.
    suspicions.find(`${PROSE}${secret.slice(0, cut)}]`);
    expect(suspicions.find(`${PROSE}${secret} ${PROSE}`)).toBe("suspect");
  }
});
