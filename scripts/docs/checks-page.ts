import {
  CONDITION_GRAMMAR,
  describeChecks,
  describeCommonOptions,
  type OptionDescription,
} from "../../src/check/index.ts";
import { code, inline, page, table } from "./markdown.ts";

export function checksPage(): string {
  const checks = describeChecks();
  return page([
    "# Checks",
    "A check is a function of a finished run: its log, the state before and after, and what the case says. It passes, fails, or is void where what it needs was not recorded. Suites hold checks for all their cases, a case adds its own.",
    "In YAML a check is one key with its options, in TypeScript a call of `check`:",
    code("checks:\n  - never: { tool: refund.issue, unless: approval }\n  - retriesAtMost: 3", "yaml"),
    code(
      'import { check } from "aegis";\n\nconst checks = [check.never({ tool: "refund.issue", unless: "approval" }), check.retriesAtMost(3)];',
      "ts",
    ),
    table(
      ["Check", ""],
      checks.map(({ name, summary }) => [`[${name}](#${name.toLowerCase()})`, summary]),
    ),
    "## Options of every check",
    "These stand beside the check's own key, e.g. `{ retriesAtMost: 3, gates: false }`.",
    optionTable(describeCommonOptions()),
    "## Conditions",
    "`when` and `unless` take a condition, written as a sentence:",
    code(CONDITION_GRAMMAR, "text"),
    ...checks.flatMap(({ name, summary, options, shorthand, yaml, typescript }) => [
      `## ${name}`,
      summary,
      options.length === 0 ? "It has no options." : optionTable(options),
      shorthand === null ? "" : `A bare value stands for ${inline(shorthand)}.`,
      yaml === null ? "In TypeScript only." : code(yaml, "yaml"),
      code(typescript, "ts"),
    ]),
  ]);
}

function optionTable(options: readonly OptionDescription[]): string {
  return table(
    ["Option", "Type", "", "Meaning"],
    options.map(({ name, type, isRequired, description }) => [
      inline(name),
      type,
      isRequired ? "required" : "",
      description,
    ]),
  );
}
