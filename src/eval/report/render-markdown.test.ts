import { expect, test } from "vitest";
import { marked } from "../summary/made-run.ts";
import { commentMarker } from "./comment-marker.ts";
import { HOSTILE_TEXTS, hostileReport, madeParts, madeReport } from "./made-report.ts";
import { renderMarkdown, renderStepSummary } from "./render-markdown.ts";

/** The comment in two parts: what stands open, and what a reader may open. */
function commentParts(): { open: string; folded: string } {
  const markdown = renderMarkdown(madeReport());
  const at = markdown.indexOf("<details>");
  return { open: markdown.slice(0, at), folded: markdown.slice(at) };
}

test("a pull request comment says openly what was shown", () => {
  expect(commentParts().open).toMatchInlineSnapshot(`
    "<!-- aegis:eval:shop -->
    ## ❌ shop: Failed

    - 1 regression case is below its required pass rate: refund.
    - 1 case passed less often than in the baseline, beyond chance: refund.
    - 1 case behaved differently from the baseline, beyond chance: order.
    - Over all cases together the agent behaved differently from the baseline, beyond chance.

    | Pass rate (95 %) | Cases passed | Flaky | Trials | Void | Cost | p50 | pass^5 |
    | --- | --- | --- | --- | --- | --- | --- | --- |
    | **65.0 %** (12.6 % to 96.0 %) | 2 / 4 | 1 | 20 | 0 | $0.0200 | 1.0 s | 0.50 |

    ### Compared with main

    **1 case regressed. Over the suite: No difference shown: pass rate 0.95 -&gt; 0.65 \\(-0.30, 95 % interval -0.95 to \\+0.05, p = 0.5, 4 cases\\); 2 cases passed less often.**

    Behaviour changed over the suite: trials lie further apart between the runs than within them.

    pass^5: 0.75 -&gt; 0.50.

    **Regressed (1)**

    | Case | Finding | What differs |
    | --- | --- | --- |
    | refund | passed 5 of 5, now 0 of 5 \\(p &lt; 0.001\\) | answered now fails in 5 of 5 trials \\(before: 0 of 5\\)<br>refund.request now called before orders.get in 5 of 5 trials \\(before: 0 of 5\\) |

    **Behaviour changed (1)**

    | Case | Finding | What differs |
    | --- | --- | --- |
    | order | passes as before \\(5 of 5\\), but behaves differently \\(p = 0.008\\) | refund.request now called before orders.get in 5 of 5 trials \\(before: 0 of 5\\) |

    "
  `);
});

test("a pull request comment folds away what is open or plain", () => {
  expect(commentParts().folded).toMatchInlineSnapshot(`
    "<details><summary>Flaky (1)</summary>

    | Case | Finding | What differs |
    | --- | --- | --- |
    | status | passed 4 of 5, now 3 of 5: mixed results, no difference shown \\(run 22 more trials a side\\) |  |

    </details>

    1 case unchanged.

    <details><summary>2 cases did not pass in every trial</summary>

    |  | Case | Kind | Passed | Top reason |
    | --- | --- | --- | --- | --- |
    | ❌ | refund | regression | 0/5 | answered \\(5 of 5\\): The answer names no order. |
    | ❌ | status | capability | 3/5 flaky | answered \\(2 of 5\\): The answer names no order. |

    </details>

    <details><summary>What this run did not see</summary>

    - Isolation namespace: kernel-shared isolation.
    - Model gpt-5 as it answered during this run; a provider may change it at any time.
    - 5 trials per case: a case that passed all 5 may still fail up to 43 % of the time.

    </details>

    <details><summary>Next</summary>

    \`\`\`sh
    aegis eval show candidate --case refund
    \`\`\`

    </details>

    <sub>Run candidate, agent support 2, model gpt-5, isolation namespace.</sub>
    "
  `);
});

test("the step summary is the comment without its marker", () => {
  const [marker, ...rest] = renderMarkdown(madeReport()).split("\n");
  expect(marker).toBe("<!-- aegis:eval:shop -->");
  expect(renderStepSummary(madeReport())).toBe(rest.join("\n"));
});

/** Outside the fenced commands, nothing but our own markup may stand unescaped. */
function withoutOwnMarkup(markdown: string): string {
  return markdown
    .replace(/^<!-- aegis:eval:[\w.%/-]* -->\n/, "")
    .replaceAll(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, "")
    .replaceAll(/<\/?(details|summary|sub|br)>/g, "");
}

test.each(HOSTILE_TEXTS)("%j stays text", (text) => {
  const markdown = renderMarkdown(hostileReport(text));
  const rest = withoutOwnMarkup(markdown);
  expect(rest).not.toMatch(/[<]/);
  expect(rest).not.toMatch(/(?<!\\)`|(?<!\\)!\[|(?<!\\)\]\(/);
  expect(rest).not.toMatch(/@\w|:\/\//);
  expect(rest).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  const columns = rest.split("\n").filter((line) => line.startsWith("| "));
  const cells = (line: string) => line.split(/(?<!\\)\|/).length - 2;
  for (const line of columns) expect([3, 5, 7, 8]).toContain(cells(line));
});

test.each([
  { suite: "production-v2", marker: "<!-- aegis:eval:production-v2 -->" },
  { suite: "a --> <b>", marker: "<!-- aegis:eval:a%20%2D%2D%3E%20%3Cb%3E -->" },
  { suite: "x\ny", marker: "<!-- aegis:eval:x%0Ay -->" },
])("$suite is marked $marker", ({ suite, marker }) => {
  expect(commentMarker(suite)).toBe(marker);
});

test("a comment never outgrows what GitHub takes, and says what it leaves out", () => {
  const noise = "|".repeat(400);
  const failing = (marks: string) =>
    Array.from({ length: 3_000 }, (_, index) => ({
      id: `case ${index} ${noise}`,
      trials: marked(marks, { verdicts: [{ name: noise, outcome: "fail" as const, explanation: noise }] }),
    }));
  const markdown = renderMarkdown(madeParts(failing("-"), failing("+")));
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/and 2,9\d\d more cases not shown/);
});
