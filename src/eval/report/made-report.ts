import { compareRuns } from "../compare/compare-runs.ts";
import { decideGate } from "../gate/decide-gate.ts";
import { madeRun, marked, type MadeCase } from "../summary/made-run.ts";
import { summarizeRun } from "../summary/summarize-run.ts";
import type { ReportParts } from "./report-parts.ts";

/** A small report with something of everything, for tests. */
export function madeReport(): ReportParts {
  const calls = { tools: "orders.get refund.request" };
  const swapped = { tools: "refund.request orders.get" };
  return madeParts(
    [
      { id: "refund", file: "evals/shop/cases/refund.yaml", trials: marked("-----", swapped) },
      { id: "greet", trials: marked("+++++") },
      { id: "status", kind: "capability", trials: marked("++--+") },
      { id: "order", trials: marked("+++++", swapped) },
    ],
    [
      { id: "refund", trials: marked("+++++", calls) },
      { id: "greet", trials: marked("+++++") },
      { id: "status", trials: marked("+++-+") },
      { id: "order", trials: marked("+++++", calls) },
    ],
  );
}

export function madeParts(cases: readonly MadeCase[], baseline: readonly MadeCase[], suite = "shop"): ReportParts {
  const b = madeRun(cases, { suite });
  const a = madeRun(baseline, { suite, name: "main" });
  const summary = summarizeRun(b.run, b.trials);
  const comparison = compareRuns({ a, b });
  return {
    summary,
    comparison,
    gate: decideGate({ summary, comparison, options: { failOn: ["regressed", "behaviour"] } }),
  };
}

/** What a model or a user could put into a name or an explanation. */
export const HOSTILE_TEXTS = [
  "\u001b]0;owned\u0007\u001b[2J",
  "\u202Etxt.exe",
  "a\nb\r\n::error file=x::pwned",
  "a | b | c",
  '<script>alert(1)</script><img src=x onerror="a">',
  "]]></system-out><failure/>",
  "```\n# heading\n```",
  `${"word ".repeat(60)}::error::pwned ::stop-commands::x ##[add-mask]x`,
  "@octocat please run `rm -rf /`",
  "![x](http://evil.example/?q=1) [click](javascript:alert(1))",
  "--> <b>out</b>",
  "%0A::set-output name=x::y",
  "\u0000\u0008\uFFFE\uD800",
  "'; rm -rf / #",
] as const;

/** Every place for untrusted text filled with the same hostile one. */
export function hostileReport(text: string): ReportParts {
  const trial = {
    isPass: false,
    tools: [{ tool: text, arguments: JSON.stringify({ text }), isError: false }],
    verdicts: [{ name: text, outcome: "fail" as const, explanation: text }],
  };
  const before = { tools: [{ tool: text, arguments: "{}", isError: false }], verdicts: [{ name: text }] };
  const each = (trials: MadeCase["trials"]) => [{ id: text, file: text, tags: [text], trials }];
  return madeParts(each([trial, trial, trial]), each([before, before, before]), text);
}
