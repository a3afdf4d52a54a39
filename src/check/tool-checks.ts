import { z } from "zod";
import { defineCheck, fail, pass } from "./define-check.ts";
import { hasSucceeded, toolCallsOf } from "./reading/tool-calls.ts";
import { uncalledTools } from "./reading/uncalled-tools.ts";
import { cutText, showList } from "./show-value.ts";
import { matchesName, matchesSomeName, toolPatterns } from "./text-schemas.ts";

const toolsAllowed = defineCheck({
  name: "toolsAllowed",
  summary: "Calls no tool outside the list, and asks for none, not even for one it does not have.",
  options: z.strictObject({ tools: toolPatterns.describe("all the tools it may call") }),
  shorthand: "tools",
  example: ["orders.get", "refund.request"],
  compile: ({ tools }) => ({
    explain: tools.length === 0 ? "It calls no tool at all." : `It calls no tool other than ${showList(tools, "or")}.`,
    judge({ events }) {
      const calls = toolCallsOf(events);
      const others = calls.filter(({ tool }) => !matchesSomeName(tools, tool));
      const asked = uncalledTools(events).filter(({ tool }) => !matchesSomeName(tools, tool));
      if (others.length === 0 && asked.length === 0) {
        return pass(
          `All ${calls.length} tool calls were to allowed tools.`,
          calls.map(({ called }) => called.seq),
        );
      }
      const names = [...new Set(others.map(({ tool }) => tool))];
      const wishes = asked.map(({ tool, seqs }) => `${cutText(tool)} (event ${seqs[0]})`);
      const deeds = [
        ...(names.length > 0 ? [`called ${showList(names)}`] : []),
        ...(wishes.length > 0 ? [`asked for ${showList(wishes)}`] : []),
      ];
      return fail(`It ${deeds.join(" and ")}, outside the allowed tools.`, [
        ...others.map(({ called }) => called.seq),
        ...asked.flatMap(({ seqs }) => seqs),
      ]);
    },
  }),
});

const toolsRequired = defineCheck({
  name: "toolsRequired",
  summary: "Calls every tool of the list, in any order; the score is the share of them it called.",
  options: z.strictObject({
    tools: toolPatterns.min(1).describe("tools that must be called"),
    succeeded: z.boolean().default(false).describe("a call counts only where it returned without a failure"),
  }),
  shorthand: "tools",
  example: ["orders.get"],
  compile: ({ tools, succeeded }) => ({
    label: tools.join(", "),
    explain: `It calls ${showList(tools)}${succeeded ? ", each successfully at least once" : ""}.`,
    judge({ events }) {
      const calls = toolCallsOf(events).filter((call) => !succeeded || hasSucceeded(call));
      const found = tools.map((tool) => calls.find((call) => matchesName(tool, call.tool)));
      const evidence = found.flatMap((call) => (call ? [call.called.seq] : []));
      const missing = tools.filter((_, index) => found[index] === undefined);
      if (missing.length === 0) return pass(`It called ${showList(tools)}.`, evidence);
      const words = succeeded ? "It never successfully called" : "It never called";
      return fail(`${words} ${showList(missing, "or")}.`, evidence, evidence.length / tools.length);
    },
  }),
});

const toolsInOrder = defineCheck({
  name: "toolsInOrder",
  summary: "Calls the tools in this order, others in between or not; the score is the share it reached in order.",
  options: z.strictObject({
    tools: toolPatterns.min(1).describe("tools in the order they must be called; one may stand in it twice"),
    exactly: z.boolean().default(false).describe("no other call before, between or after"),
  }),
  shorthand: "tools",
  example: ["orders.get", "refund.request"],
  compile: ({ tools, exactly }) => ({
    label: tools.join(" > "),
    explain: `It calls ${tools.join(", then ")}${exactly ? ", and nothing else" : ""}.`,
    judge({ events }) {
      const calls = toolCallsOf(events);
      const reached: number[] = [];
      for (const { tool, called } of calls) {
        const wanted = tools[reached.length];
        if (wanted !== undefined && matchesName(wanted, tool)) reached.push(called.seq);
      }
      if (reached.length < tools.length) {
        const missing = tools[reached.length] ?? "";
        const after = reached.length === 0 ? "" : ` after ${tools[reached.length - 1] ?? ""}`;
        return fail(`It did not call ${missing}${after}.`, reached, reached.length / tools.length);
      }
      const others = calls.filter(({ called }) => !reached.includes(called.seq));
      if (!exactly || others.length === 0) return pass(`It called ${tools.join(", then ")}.`, reached);
      const names = [...new Set(others.map(({ tool }) => tool))];
      return fail(
        `It also called ${showList(names)}.`,
        others.map(({ called }) => called.seq),
      );
    },
  }),
});

export const TOOL_CHECKS = { toolsAllowed, toolsRequired, toolsInOrder } as const;
