import { z } from "zod";
import { defineCheck, fail, pass } from "./define-check.ts";
import { longest, noProgressRuns, retryRuns } from "./measure-repeats.ts";
import { eventsOfCall, type ToolCall, toolCallsOf } from "./reading/tool-calls.ts";
import { showTimes, showValue } from "./show-value.ts";
import { matchesName, toolPattern } from "./text-schemas.ts";

const retriesAtMost = defineCheck({
  name: "retriesAtMost",
  summary: "Repeats a call that failed at most so often in a row.",
  options: z.strictObject({
    max: z.int().min(0).describe("identical calls right after the error of the one before"),
    tool: toolPattern.default("*").describe("only retries of this tool count"),
  }),
  shorthand: "max",
  example: 3,
  compile: ({ max, tool }) => ({
    label: tool === "*" ? String(max) : `${max}, ${tool}`,
    explain: `It retries a failed call${tool === "*" ? "" : ` of ${tool}`} at most ${showTimes(max)} in a row.`,
    judge({ events }) {
      const runs = retryRuns(toolCallsOf(events)).filter(([first]) => first && matchesName(tool, first.tool));
      const retries = runs.filter((run) => run.length > 1);
      const tooLong = retries.filter((run) => run.length - 1 > max);
      const worst = tooLong.toSorted((left, right) => right.length - left.length)[0]?.[0];
      if (!worst) {
        return pass(`The most retries of one call were ${Math.max(0, longest(runs) - 1)}.`, seqsOf(retries));
      }
      const count = longest(tooLong) - 1;
      return fail(
        `It retried ${worst.tool} with ${showValue(worst.called.arguments)} ${showTimes(count)}.`,
        seqsOf(tooLong),
      );
    },
  }),
});

const noEndlessRepeat = defineCheck({
  name: "noEndlessRepeat",
  summary:
    "Does not make one call over and over while it gives the same result; a retry after an error is another thing.",
  options: z.strictObject({
    times: z.int().min(2).default(3).describe("so many identical calls with identical results in a row are a loop"),
    except: toolPattern.optional().describe("a tool that may be polled"),
  }),
  shorthand: "times",
  example: { times: 3 },
  compile: ({ times, except }) => ({
    label: String(times),
    explain: `It never makes the same call ${showTimes(times)} in a row for the same result${except ? `, except ${except}` : ""}.`,
    judge({ events }) {
      const runs = noProgressRuns(toolCallsOf(events)).filter(
        ([first]) => !except || !first || !matchesName(except, first.tool),
      );
      const loops = runs.filter((run) => run.length >= times);
      const first = loops[0]?.[0];
      if (!first) return pass(`No call was made ${showTimes(times)} in a row for the same result.`, seqsOf(runs));
      const count = longest(loops);
      return fail(
        `It called ${first.tool} with ${showValue(first.called.arguments)} ${showTimes(count)} in a row for the same result.`,
        seqsOf(loops),
      );
    },
  }),
});

export const REPEAT_CHECKS = { retriesAtMost, noEndlessRepeat } as const;

function seqsOf(runs: readonly (readonly ToolCall[])[]): number[] {
  return runs.flat().flatMap(eventsOfCall);
}
