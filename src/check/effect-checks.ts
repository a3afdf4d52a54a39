import { z } from "zod";
import type { Json } from "../kernel/index.ts";
import { defineCheck, fail, pass } from "./define-check.ts";
import { answersOf } from "./reading/answers.ts";
import { asWrite, lastOfEach, type Write, writesOf } from "./reading/writes.ts";
import { tells as tellsValue } from "./reading/told-values.ts";
import { showList, showValue } from "./show-value.ts";
import { toolPatterns } from "./text-schemas.ts";

const call = z.strictObject({ tool: z.string().min(1), arguments: z.json() });

const onlyTheseWrites = defineCheck({
  name: "onlyTheseWrites",
  summary: "Changes things by these calls and by no others, in any order; the score is the share that is right.",
  options: z.strictObject({
    calls: z
      .array(call)
      .describe(
        "calls that must succeed, with all their arguments; data handed over as text is read, and the order of a list's entries is free",
      ),
    writes: toolPatterns
      .optional()
      .describe("tools that change something, besides those declared so; where nobody says, the tool's name does"),
    reads: toolPatterns.optional().describe("tools that change nothing, whatever they are called"),
    everyWrite: z
      .boolean()
      .default(false)
      .describe(
        "also compare calls that a later call of the same tool did over; otherwise the last one on a thing counts",
      ),
  }),
  shorthand: "calls",
  example: { calls: [{ tool: "orders.cancel", arguments: { orderId: "W1234", reason: "no longer needed" } }] },
  compile: ({ calls, ...signs }) => {
    const written = calls.map((each) => asWrite({ tool: each.tool, arguments: each.arguments as Json }));
    const wanted = signs.everyWrite ? written : lastOfEach(written);
    return {
      label: wanted.length === 0 ? "none" : wanted.map(({ tool }) => tool).join(", "),
      explain:
        wanted.length === 0
          ? "It changes nothing by any call."
          : `It changes things by ${showList(wanted.map(say))}, and by no other call.`,
      judge({ events }) {
        const made = writesOf(events, signs);
        const { missing, others } = compareWrites(wanted, made);
        const seqs = made.flatMap((write) => write.seqs);
        if (missing.length === 0 && others.length === 0) {
          if (made.length === 0) return pass("It changed nothing, as it should.");
          return pass(`It made the ${made.length} calls that change what had to be changed, and no others.`, seqs);
        }
        const faults = [
          ...(missing.length > 0 ? [`never successfully called ${showList(missing.map(say), "or")}`] : []),
          ...(others.length > 0 ? [`changed something else by ${showList(others.map(say))}`] : []),
        ];
        const right = made.length - others.length;
        const evidence = (others.length > 0 ? others : made).flatMap((write) => write.seqs);
        return fail(`It ${faults.join(", and ")}.`, evidence, right / Math.max(wanted.length, made.length));
      },
    };
  },
});

const tells = defineCheck({
  name: "tells",
  summary: "Tells the user every one of the values, in any answer; the score is the share it tells.",
  options: z.strictObject({
    values: z
      .array(z.union([z.string().min(1), z.number()]))
      .min(1)
      .describe("a number counts however it is written (23553, 23,553.00); capital and small letters are the same"),
  }),
  shorthand: "values",
  example: ["23553", "W1234"],
  compile: ({ values }) => {
    const wanted = values.map(String);
    return {
      label: wanted.join(", "),
      explain: `It tells the user ${showList(wanted.map(showValue))}.`,
      judge({ events }) {
        const answers = answersOf(events);
        const telling = wanted.map((value) => answers.find(({ content }) => tellsValue(content, value)));
        const seqs = telling.flatMap((answer) => (answer ? [answer.seq] : []));
        const missing = wanted.filter((_, index) => telling[index] === undefined);
        if (missing.length === 0) return pass(`It told the user ${showList(wanted.map(showValue))}.`, seqs);
        return fail(
          `It never told the user ${showList(missing.map(showValue), "or")}.`,
          answers.map(({ seq }) => seq),
          1 - missing.length / wanted.length,
        );
      },
    };
  },
});

export const EFFECT_CHECKS = { onlyTheseWrites, tells } as const;

function compareWrites(wanted: readonly Write[], made: readonly Write[]): { missing: Write[]; others: Write[] } {
  const others = [...made];
  const missing = wanted.filter(({ key }) => {
    const index = others.findIndex((write) => write.key === key);
    if (index !== -1) others.splice(index, 1);
    return index === -1;
  });
  return { missing, others };
}

function say({ tool, arguments: given }: Write): string {
  return `${tool} ${showValue(given)}`;
}
