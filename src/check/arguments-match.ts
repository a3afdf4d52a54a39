import { z } from "zod";
import { defineCheck, fail, pass } from "./define-check.ts";
import { argumentPattern } from "./match-arguments.ts";
import { toolCallsOf } from "./reading/tool-calls.ts";
import { showValue } from "./show-value.ts";
import { matchesName, toolPattern } from "./text-schemas.ts";

export const argumentsMatch = defineCheck({
  name: "argumentsMatch",
  summary: "Calls a tool with the right arguments.",
  options: z.strictObject({
    tool: toolPattern,
    call: z
      .union([z.enum(["any", "every"]), z.int().min(1)])
      .default("any")
      .describe("one call at least, every call there is, or the n-th call of this tool, from 1"),
    match: argumentPattern.describe("arguments that must fit; others are free"),
  }),
  example: { tool: "refund.request", call: "any", match: { orderId: "W1234", amount: { atMost: 50 } } },
  compile: ({ tool, call, match }) => {
    const which = typeof call === "number" ? `Call ${call}` : call === "every" ? "Every call" : "At least one call";
    return {
      label: `${tool}, ${call}, ${match.text}`,
      explain: `${which} of ${tool} carries arguments that fit ${match.text}.`,
      judge({ events }) {
        const calls = toolCallsOf(events).filter((each) => matchesName(tool, each.tool));
        const asked = typeof call === "number" ? calls.slice(call - 1, call) : calls;
        const isFit = (each: (typeof calls)[number]) => match.matches(each.called.arguments);
        const fits = asked.filter(isFit).map(({ called }) => called.seq);
        const misfits = asked.filter((each) => !isFit(each));
        if (asked.length === 0) {
          if (call === "every") return pass(`${tool} was not called.`);
          return fail(typeof call === "number" ? `There is no call ${call} of ${tool}.` : `${tool} was never called.`);
        }
        if (call === "any" ? fits.length > 0 : misfits.length === 0) {
          return pass(`${fits.length} of ${asked.length} calls of ${tool} fit ${match.text}.`, fits);
        }
        return fail(
          `${tool} was called with ${showValue(misfits[0]?.called.arguments)}, which does not fit ${match.text}.`,
          misfits.map(({ called }) => called.seq),
        );
      },
    };
  },
});
