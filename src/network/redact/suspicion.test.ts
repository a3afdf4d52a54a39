import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileTexts } from "./open-redactor.test-kit.ts";
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
  `${Buffer.from("it is so, ".repeat(5)).toString("base64").slice(0, 64)}\nand`,
])("%s is found behind a beginning that was clean, at every cut", (secret) => {
  for (let cut = 0; cut <= secret.length; cut += 1) {
    const suspicions = finder();
    // The last character stands for the bracket that closes a list.
    suspicions.find(`${PROSE}${secret.slice(0, cut)}]`);
    expect(suspicions.find(`${PROSE}${secret} ${PROSE}`)).toBe("suspect");
  }
});

test("what was looked at closer is so again where a text goes on otherwise, however often it went on", () => {
  // Where it goes on otherwise is not known to the letter.
  for (let place = 0; place < 70; place += 1) {
    const suspicions = finder();
    const address = `${PROSE} hooks.slack.com/services/`;
    const longer = `${address} ${PROSE}${PROSE}`;
    expect([suspicions.find(longer), suspicions.find(`${longer}${PROSE}`)]).toEqual(["none", "none"]);
    expect(suspicions.find(`${address}aB3dE5gH7jK9mN1pQ2rS4tU6${" ".repeat(place * 20)}`)).toBe("suspect");
  }
});

test("what is found in a text that begins as others did is what is found in it alone", () => {
  const runs = fc.stringMatching(/^[A-Za-z0-9+/]{0,90}\n?$/);
  const tails = fc.array(fc.oneof(hostileTexts, runs, fc.constant("A word of the prose, and one more. ")), {
    maxLength: 5,
  });
  const growing = fc.tuple(fc.constantFrom(PROSE, PROSE.slice(0, 480)), tails, fc.nat(), tails, fc.nat(), tails);
  let goneOnCount = 0;
  fc.assert(
    fc.property(growing, ([prose, first, cut, second, otherCut, third]) => {
      const suspicions = finder();
      let text = prose;
      for (const [parts, length] of [
        [first, cut],
        [second, otherCut],
        [third, 0],
      ] as const) {
        text += parts.join("");
        const found = suspicions.find(`${text}]`);
        const alone = finder().find(`${text}]`);
        if (alone === "suspect") expect(found).toBe("suspect");
        if (alone === "packed") expect(found).not.toBe("none");
        if (alone !== "suspect") goneOnCount += 1;
        text = text.slice(0, text.length - (length % 200));
      }
    }),
    { numRuns: 1_000 },
  );
  expect(goneOnCount).toBeGreaterThan(300);
});
