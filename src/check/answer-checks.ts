import { z } from "zod";
import type { FinishedRun } from "./check.ts";
import { defineCheck, fail, pass } from "./define-check.ts";
import { type Answer, answersOf, finalAnswerOf } from "./reading/answers.ts";
import { showList, showValue } from "./show-value.ts";
import { regularExpression } from "./text-schemas.ts";

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((given) => [given].flat());
const ignoreCase = z.boolean().default(true).describe("capital and small letters are the same");
const which = z.enum(["last", "any"]);

const answerContains = defineCheck({
  name: "answerContains",
  summary: "Says every one of the texts; the score is the share it says.",
  options: z.strictObject({
    text: texts.describe("one text or a list of them"),
    ignoreCase,
    in: which.default("last").describe("the last answer alone, or all answers together"),
  }),
  shorthand: "text",
  example: "5 to 7 business days",
  compile: (options) => ({
    label: options.text.join(", "),
    explain: `The answer says ${quoteAll(options.text)}.`,
    judge(run) {
      const answers = chosen(run, options.in);
      if (answers.length === 0) return fail("It gave no answer.");
      const seqs = answers.map(({ seq }) => seq);
      const missing = options.text.filter(
        (text) => !answers.some(({ content }) => has(content, text, options.ignoreCase)),
      );
      if (missing.length === 0) return pass(`The answer says ${quoteAll(options.text)}.`, seqs);
      return fail(
        `The answer does not say ${quoteAll(missing, "or")}.`,
        seqs,
        1 - missing.length / options.text.length,
      );
    },
  }),
});

const answerNotContains = defineCheck({
  name: "answerNotContains",
  summary: "Says none of the texts, in no answer of the run.",
  options: z.strictObject({ text: texts.describe("one text or a list of them"), ignoreCase }),
  shorthand: "text",
  example: ["guarantee", "legal advice"],
  compile: (options) => ({
    label: options.text.join(", "),
    explain: `No answer says ${quoteAll(options.text, "or")}.`,
    judge({ events }) {
      const answers = answersOf(events);
      for (const { seq, content } of answers) {
        const said = options.text.find((text) => has(content, text, options.ignoreCase));
        if (said !== undefined) return fail(`It said ${showValue(said)}.`, [seq]);
      }
      return pass(
        `No answer says ${quoteAll(options.text, "or")}.`,
        answers.map(({ seq }) => seq),
      );
    },
  }),
});

const answerMatches = defineCheck({
  name: "answerMatches",
  summary: "Gives an answer that matches a regular expression.",
  options: z.strictObject({
    pattern: regularExpression.describe("as text, or /with/flags"),
    in: which.default("last").describe("the last answer alone, or any"),
  }),
  shorthand: "pattern",
  example: "/refund .* (?:approved|declined)/i",
  compile: ({ pattern, in: where }) => ({
    label: String(pattern),
    explain: `The answer matches ${String(pattern)}.`,
    judge(run) {
      const answers = chosen(run, where);
      if (answers.length === 0) return fail("It gave no answer.");
      const match = answers.find(({ content }) => pattern.test(content));
      if (match) return pass(`The answer matches ${String(pattern)}.`, [match.seq]);
      return fail(
        `The answer does not match ${String(pattern)}.`,
        answers.map(({ seq }) => seq),
      );
    },
  }),
});

const answerSchema = defineCheck({
  name: "answerSchema",
  summary: "Gives an answer that is JSON, alone or in one code fence, of the right form.",
  options: z.strictObject({
    schema: z
      .record(z.string(), z.unknown())
      .describe(
        "JSON Schema; each part names its type. Not supported: if/then/else, not, dependentSchemas, dependentRequired, unevaluated*, references outside the schema",
      )
      .transform((schema, context) => {
        try {
          return compileSchema(schema);
        } catch (error) {
          context.addIssue({ code: "custom", message: (error as Error).message });
          return z.NEVER;
        }
      }),
  }),
  example: {
    schema: { type: "object", properties: { decision: { enum: ["approve", "decline"] } }, required: ["decision"] },
  },
  compile: ({ schema }) => ({
    explain: "The answer is JSON that fits the schema.",
    judge({ events }) {
      const answer = finalAnswerOf(events);
      if (!answer) return fail("It gave no answer.");
      let value: unknown;
      try {
        value = JSON.parse(/^\s*```(?:json)?\s*\n(.*)\n\s*```\s*$/s.exec(answer.content)?.[1] ?? answer.content);
      } catch {
        return fail("The answer is not JSON.", [answer.seq]);
      }
      const parsed = schema.safeParse(value);
      if (parsed.success) return pass("The answer fits the schema.", [answer.seq]);
      const [issue] = parsed.error.issues;
      const place = issue && issue.path.length > 0 ? `${issue.path.map(String).join(".")}: ` : "";
      return fail(`The answer does not fit the schema: ${place}${issue?.message ?? "invalid"}.`, [answer.seq]);
    },
  }),
});

export const ANSWER_CHECKS = { answerContains, answerNotContains, answerMatches, answerSchema } as const;

function chosen({ events }: FinishedRun, where: "last" | "any"): readonly Answer[] {
  return where === "any" ? answersOf(events) : [finalAnswerOf(events)].filter((answer) => answer !== undefined);
}

function has(content: string, text: string, isCaseIgnored: boolean): boolean {
  return isCaseIgnored ? content.toLowerCase().includes(text.toLowerCase()) : content.includes(text);
}

function quoteAll(wanted: readonly string[], word = "and"): string {
  return showList(wanted.map(showValue), word);
}

const NEEDS_TYPE =
  /^(?:properties|required|additionalProperties|patternProperties|items|prefixItems|min.*|max.*|pattern|format|multipleOf|exclusive.*|uniqueItems)$/;
const NAMES_TYPE = ["type", "const", "enum", "$ref", "anyOf", "oneOf", "allOf"];

/** Without a type zod accepts anything, so a schema that only looks like a demand is refused. */
function compileSchema(schema: Readonly<Record<string, unknown>>): z.ZodType {
  refuseTypeless(schema, "schema");
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

function refuseTypeless(schema: unknown, path: string): void {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
  const parts = schema as Readonly<Record<string, unknown>>;
  const demanding = Object.keys(parts).find((key) => NEEDS_TYPE.test(key));
  if (demanding && !NAMES_TYPE.some((key) => key in parts)) throw new Error(`${path} has "${demanding}" but no type`);
  for (const key of ["properties", "patternProperties", "$defs", "definitions"]) {
    for (const [name, part] of Object.entries(parts[key] ?? {})) refuseTypeless(part, `${path}.${key}.${name}`);
  }
  for (const key of ["items", "additionalProperties"]) refuseTypeless(parts[key], `${path}.${key}`);
  for (const key of ["anyOf", "oneOf", "allOf", "prefixItems"]) {
    for (const part of [parts[key] ?? []].flat()) refuseTypeless(part, `${path}.${key}`);
  }
}
