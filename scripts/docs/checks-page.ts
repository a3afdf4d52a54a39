import {
  CONDITION_GRAMMAR,
  describeChecks,
  describeCommonOptions,
  type OptionDescription,
} from "../../src/check/index.ts";
import { declarations } from "./declarations.ts";
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
      ...(name === "custom" ? CUSTOM : []),
    ]),
  ]);
}

const CUSTOM_EXAMPLE = `// evals/custom/suite.ts
import { check, suite } from "aegis";

const looksBeforeItActs = check.custom("looks before it acts", (run) => {
  const calls = run.events.filter((event) => event.type === "tool.called");
  const first = calls.findIndex(({ tool }) => tool === "refund_order");
  if (first === -1) return { outcome: "void", explanation: "It refunded nothing." };
  const hasLooked = calls.slice(0, first).some(({ tool }) => tool === "get_order");
  return {
    outcome: hasLooked ? "pass" : "fail",
    explanation: hasLooked ? "It looked the order up first." : "It refunded an order it never looked at.",
    evidence: calls.map(({ seq }) => seq),
  };
});

const leavesOthersAlone = check.custom("leaves other orders alone", ({ state, expected }) => {
  const orders = (state?.after ?? {}) as { orders?: Record<string, { refunded: number }> };
  return Object.entries(orders.orders ?? {}).every(([id, { refunded }]) => id === expected || refunded === 0);
});

export default suite("custom", {
  agent: "clerk",
  trials: 1,
  checks: [looksBeforeItActs, leavesOthersAlone],
  cases: [
    {
      id: "refund",
      input: "Refund order W1.",
      expected: "W1",
      world: { state: { orders: { W1: { total: 30, refunded: 0 }, W2: { total: 80, refunded: 0 } } } },
    },
  ],
});`;

const CUSTOM_AGENT = `// agents/clerk.ts
import { defineAgent } from "aegis";

export default defineAgent({
  name: "clerk",
  version: "1",
  run: async ({ context: { boundary, state } }) => {
    const orders = state["orders"] as Record<string, { total: number; refunded: number }>;
    const order = orders["W1"] ?? { total: 0, refunded: 0 };
    await boundary.tool({ tool: "get_order", callId: "look", arguments: { id: "W1" }, execute: () => ({ ...order }) });
    await boundary.tool({
      tool: "refund_order",
      callId: "act",
      arguments: { id: "W1" },
      execute: () => (order.refunded = order.total),
    });
    return "Refunded.";
  },
});`;

/** What a custom check is given and may answer; the example is run by test/docs.test.ts. */
const CUSTOM = [
  "The function is given the finished run, and answers with true, false, or an outcome that explains itself. It must be pure: the same run, the same answer.",
  code(
    [declarations("check/check.ts", ["FinishedRun"]), declarations("check/custom.ts", ["CustomAnswer"])].join("\n\n"),
    "ts",
  ),
  "`run.events` are the events of [the log](events.md). A suite with two of its own, and an agent that holds them:",
  code(CUSTOM_EXAMPLE, "ts"),
  code(CUSTOM_AGENT, "ts"),
];

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
