import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { marked } from "../summary/made-run.ts";
import { textWidth } from "./fit-text.ts";
import { HOSTILE_TEXTS, hostileReport, madeParts, madeReport } from "./made-report.ts";
import { renderTerminal } from "./render-terminal.ts";
import { intervalBar } from "./terminal-cases.ts";

test("a run compared with its baseline", () => {
  expect(renderTerminal({ ...madeReport(), color: false, width: 100 })).toMatchInlineSnapshot(`
    "aegis  shop  support@2  gpt-5  namespace  run candidate

      ✗ refund  0/5  ●────·····         answered (5 of 5): The answer names no order.
      ✓ greet   5/5  ·····────●
      ✗ status  3/5  ··────●──·  flaky  answered (2 of 5): The answer names no order.
      ✓ order   5/5  ·····────●

    Pass rate  65.0 %  (95 % interval 12.6 % to 96.0 %)
    Cases      2 of 4 cases passed, 2 failed, 1 flaky
    Trials     20 scored
    pass^k     1: 0.65  2: 0.57  3: 0.53  4: 0.50  5: 0.50   (all of k trials pass)
    Spent      $0.0200, 2,000 + 200 tokens; p50 1.0 s, p95 1.0 s

    Compared with main
      1 case regressed. Over the suite: No difference shown: pass rate 0.95 -> 0.65 (-0.30, 95 %
        interval -0.95 to +0.05, p = 0.5, 4 cases); 2 cases passed less often.
      Behaviour changed over the suite: trials lie further apart between the runs than within them.
      pass^5: 0.75 -> 0.50.
      Regressed (1)
        refund: passed 5 of 5, now 0 of 5 (p < 0.001)
          answered now fails in 5 of 5 trials (before: 0 of 5)
          refund.request now called before orders.get in 5 of 5 trials (before: 0 of 5)
      Behaviour changed (1)
        order: passes as before (5 of 5), but behaves differently (p = 0.008)
          refund.request now called before orders.get in 5 of 5 trials (before: 0 of 5)
      Flaky (1)
        status: passed 4 of 5, now 3 of 5: mixed results, no difference shown (run 22 more trials a
          side)
      1 case unchanged

    Failed
      - 1 regression case is below its required pass rate: refund.
      - 1 case passed less often than in the baseline, beyond chance: refund.
      - 1 case behaved differently from the baseline, beyond chance: order.
      - Over all cases together the agent behaved differently from the baseline, beyond chance.

    What this run did not see
      - Isolation namespace: kernel-shared isolation.
      - Model gpt-5 as it answered during this run; a provider may change it at any time.
      - 5 trials per case: a case that passed all 5 may still fail up to 43 % of the time.

    Next
      aegis eval show candidate --case refund
    "
  `);
});

test("colour adds nothing but colour", () => {
  const plain = renderTerminal({ ...madeReport(), color: false });
  const coloured = renderTerminal({ ...madeReport(), color: true });
  expect(plain).not.toContain("\u001b");
  expect(coloured).toContain("\u001b[31m✗\u001b[39m");
  expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, "")).toBe(plain);
});

test.each(HOSTILE_TEXTS)("%j changes neither the screen nor the lines", (text) => {
  const shown = renderTerminal({ ...hostileReport(text), color: false, width: 80 });
  expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  expect(shown).not.toMatch(/^\s*::|##\[/m);
  const ordinary = renderTerminal({ ...hostileReport("plain"), color: false, width: 80 });
  const headings = (report: string) => report.split("\n").filter((line) => /^\S/.test(line)).length;
  expect(headings(shown)).toBe(headings(ordinary));
});

test.each([60, 80, 100, 140])("no line but a command is wider than %i columns", (width) => {
  const wide = "日本語のケース名がとても長い場合でも列は崩れない".repeat(4);
  const text = renderTerminal({ ...hostileReport(wide), color: false, width });
  const lines = (text.split("\nNext\n")[0] ?? "").split("\n");
  expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
});

test("a long suite lists the cases that need a look and counts the others", () => {
  const cases = Array.from({ length: 90 }, (_, index) => ({
    id: `c${index}`,
    trials: marked(index === 7 ? "+-" : "++"),
  }));
  const text = renderTerminal({ ...madeParts(cases, cases), color: false });
  expect(text).toContain("✗ c7    1/2");
  expect(text).toContain("89 more cases passed in every trial");
  expect(text).not.toContain("c8 ");
});

test.each([
  { passRate: 0.5, interval: { lower: 0.2, upper: 0.8 }, bar: "··───●───·" },
  { passRate: 1, interval: { lower: 0.57, upper: 1 }, bar: "·····────●" },
  { passRate: 0, interval: { lower: 0, upper: 0.43 }, bar: "●────·····" },
  { passRate: null, interval: null, bar: "          " },
])("$passRate is drawn as $bar", ({ passRate, interval, bar }) => {
  expect(intervalBar({ passRate, interval })).toBe(bar);
});
