import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

// Rough by design: what a person would count, one row for each rule.
test.each([
  ["", 0],
  ["Hello world", 2],
  ["internationalization", 3],
  ["order 1234567", 4],
  ["line one\nline two", 5],
  ["請幫我", 3],
  ["помогите", 4],
  ["🙏", 2],
  ['{"id": "W1"}', 7],
])("%j holds about %d tokens", (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});

test("more text never holds fewer tokens", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const most = Math.max(estimateTokens(left), estimateTokens(right));
      expect(estimateTokens(`${left} ${right}`)).toBeGreaterThanOrEqual(most);
    }),
  );
});

const folder = join(process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data"), "tau2");

interface Recorded {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly unknown[] | null;
  readonly usage?: { readonly completion_tokens?: number } | null;
}

test("what gpt-4o and gpt-4.1 counted for their own answers is met within 6 %", ({ skip }) => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /__?gpt-4.*\.json$/.test(name)) : [];
  skip(files.length === 0, "no recordings: set AEGIS_DATA to their folder");
  for (const name of files) {
    const { simulations } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      simulations: readonly { messages: readonly Recorded[] }[];
    };
    let [estimated, counted] = [0, 0];
    for (const { role, content, tool_calls, usage } of simulations.flatMap(({ messages }) => messages)) {
      if (role !== "assistant" || !content || tool_calls?.length || !usage?.completion_tokens) continue;
      estimated += estimateTokens(content);
      counted += usage.completion_tokens;
    }
    expect(estimated / counted, name).toBeGreaterThan(0.94);
    expect(estimated / counted, name).toBeLessThan(1.06);
  }
});
