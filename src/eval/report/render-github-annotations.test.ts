import { expect, test } from "vitest";
import { marked } from "../summary/made-run.ts";
import { HOSTILE_TEXTS, hostileReport, madeParts, madeReport } from "./made-report.ts";
import { renderGithubAnnotations } from "./render-github-annotations.ts";

test("reasons first, then cases at their files", () => {
  expect(renderGithubAnnotations(madeReport())).toMatchInlineSnapshot(`
    "::error title=aegis shop%3A gate failed::1 regression case is below its required pass rate: refund.
    ::error title=aegis shop%3A gate failed::1 case passed less often than in the baseline, beyond chance: refund.
    ::error title=aegis shop%3A gate failed::1 case behaved differently from the baseline, beyond chance: order.
    ::error title=aegis shop%3A gate failed::Over all cases together the agent behaved differently from the baseline, beyond chance.
    ::error file=evals/shop/cases/refund.yaml,title=case refund::passed 0 of 5; answered (5 of 5): The answer names no order.
    ::warning title=case status::passed 3 of 5; answered (2 of 5): The answer names no order.
    "
  `);
});

test.each(HOSTILE_TEXTS)("%j starts no workflow command of its own", (text) => {
  const count = (report: string) => report.split("\n").length;
  const output = renderGithubAnnotations(hostileReport(text));
  expect(count(output)).toBe(count(renderGithubAnnotations(hostileReport("plain"))));
  for (const line of output.trimEnd().split("\n"))
    expect(line).toMatch(/^::(error|warning) (file=[^:,]*,)?title=[^:,]*::/);
  expect(output).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
});

test("GitHub shows ten of a level, so the last says how many there are", () => {
  const cases = Array.from({ length: 40 }, (_, index) => ({ id: `c${index}`, trials: marked("-") }));
  const lines = renderGithubAnnotations(madeParts(cases, cases)).trimEnd().split("\n");
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe("::error title=aegis::and 32 more; see the report");
});
