import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { isUnsafe, type Json, type JsonObject } from "../../kernel/index.ts";
import { planGraduation } from "../lifecycle/plan-graduation.ts";
import type { ReviewFinding } from "../lifecycle/review-report.ts";
import { planReview } from "../lifecycle/review-edits.ts";
import { applyEdits } from "../lifecycle/text-edit.ts";
import { parseYaml } from "../load/parse-yaml.ts";
import { writeCase } from "./case-document.ts";

/** What YAML, terminals and editors take for something else than text, and what folds, ends or begins lines. */
const PIECES = [
  ..."'\"#:-?&*!|>%@`{}[],~=<\\ \t\n\r\u0000\u0007\u001b\u0085\u00a0\u200b\u202e\u2028\u2029\ufeff\ud800\udc00",
  ..."😀👩\u200d💻é漢",
  ..."\u{e0041}\u{10ffff}\uffff",
  "\r\n",
  "\n\n\n",
  "\n  kind: capability\n",
  "\nid: other\n",
  "kind: regression",
  "---\n",
  "...\n",
  "null",
  "true",
  "yes",
  "0x1f",
  "1e3",
  ".inf",
  "2026-01-01",
  "<<",
  "replay",
  "# review(flaky):",
  "\\u0041",
  "\\n",
  "word ".repeat(40),
  "w".repeat(300),
  " ",
  "   ",
];
const hostile = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    hostile,
    fc.constantFrom<Json>(null, true, 0, -0.5, 1e21, 1e-7, Number.MAX_SAFE_INTEGER, [], {}),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(hostile, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const object = fc.dictionary(hostile, json, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;

const written = fc.record({
  // An id is one line.
  id: fc.oneof(
    fc.constantFrom("where-is-my-order", "null", "1e3", "0x1f", "-", "2026-01-01", "a: b", "#1"),
    hostile.map((text) => `x${text.replaceAll(/[\n\r]/g, "")}`.slice(0, 200)),
  ),
  why: hostile,
  from: object,
  user: json,
  history: json,
  input: fc.array(hostile, { minLength: 1, maxLength: 3 }),
  world: fc.record({ replay: fc.record({ cassette: hostile, model: hostile }), state: json }),
  checks: fc.constant([{ tells: ["40"] }]),
});

const read = (text: string) => parseYaml({ text, file: "case.yaml", schema: z.unknown(), code: "case.bad_file" }).value;
const source = (id: string, text: string) => ({ path: "case.yaml", text, form: "data" as const, caseIds: [id] });

test("a case says what it was made of, shows nothing that acts, and keeps both when it is graduated and reviewed", () => {
  fc.assert(
    fc.property(written, hostile, (made, said) => {
      const text = writeCase(made);
      const wanted = { ...made, kind: "regression" };
      expect(read(text)).toEqual(wanted);
      expect(isUnsafe(text)).toBe(false);

      const asCapability = text.replace("\nkind: regression\n", "\nkind: capability\n");
      const withoutKind = text.replace("\nkind: regression\n", "\n");
      for (const before of [text, asCapability, withoutKind]) {
        const graduation = planGraduation([made.id], [source(made.id, before)]);
        expect(graduation.byHand).toEqual([]);
        const after = applyEdits(before, graduation.files[0]?.edits ?? []);
        expect(read(after)).toEqual(wanted);
        expect(after.split("\n").toSorted()).toEqual(text.split("\n").toSorted());
      }

      const review = planReview([findingOf(made.id, said)], [source(made.id, text)], { isRemoving: false });
      expect(review.byHand).toEqual([]);
      const after = applyEdits(text, review.files[0]?.edits ?? []);
      expect(read(after)).toEqual(wanted);
      expect(after.replace(/^ *# review\(flaky\):.*\n/m, "")).toBe(text);
    }),
    { numRuns: 150 },
  );
});

/** Each was once written as something else. */
test.each([
  ["nothing but space", " \n\n\n"],
  ["a blank line of one space in a long text", `\u200b${"word ".repeat(40)}...\n \nid: other\n`],
  ["a long line that begins with a space", ` ${"word ".repeat(40)}\nid: other\n`],
  ["a long word with what is not seen and an emoji", `\u001b ${"w".repeat(300)}${"👩".repeat(40)}`],
])("%s is read as it was said", (_, said) => {
  const made = { id: "a", why: said, from: {}, user: { [said]: [said] }, input: [said], world: {}, checks: [] };
  const text = writeCase(made);
  expect(Buffer.from(text).toString()).toBe(text);
  expect(read(text)).toEqual({ ...made, kind: "regression" });
});

function findingOf(caseId: string, evidence: string): ReviewFinding {
  return { finding: "flaky", caseId, evidence, action: "look", isShown: true, isRemoval: false } as ReviewFinding;
}
