import { expect, test } from "vitest";
import { AegisError } from "../kernel/index.ts";
import { exitCodeOf, renderError } from "./render-error.ts";

const plain = { json: false, color: false };
const HOSTILE = "\u001b[2J\u001b]0;title\u0007 \u202eevil\u200b \u009b31m";
const isClean = (text: string) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/.test(text);

test("an expected failure tells its code and what to do", () => {
  const error = new AegisError("eval.unknown_run", 'no eval run is called "x"');
  expect(renderError(error, plain)).toBe(
    'error eval.unknown_run: no eval run is called "x"\n  fix: List the eval runs with `aegis eval list`.\n',
  );
  expect(renderError(error, { json: false, color: true })).toMatch(/^\u001b\[31merror\u001b\[39m eval\.unknown_run/);
  expect(exitCodeOf(error)).toBe(66);
});

test.each([
  { why: "one of ours", error: new AegisError("agent.failed", `first\nsecond ${HOSTILE}`) },
  { why: "an unexpected one", error: new TypeError(`first\nsecond ${HOSTILE}`) },
  { why: "a text", error: `first\nsecond ${HOSTILE}` },
])("the text of $why cannot touch the terminal; its lines stay", ({ error }) => {
  const shown = renderError(error, plain);
  expect(isClean(shown)).toBe(true);
  expect(shown).toContain("first\nsecond \\u001b[2J\\u001b]0;title\\u0007 \\u202eevil\\u200b \\u009b31m");
});

test.each([
  {
    why: "an error",
    error: new TypeError("broken"),
    shown: /^error unexpected, please report it:\nTypeError: broken\n {4}at /,
  },
  { why: "a text", error: "just so", shown: /^error unexpected, please report it:\njust so\n$/ },
  { why: "nothing", error: undefined, shown: /undefined/ },
])("$why that nobody expected is shown whole and ends with 70", ({ error, shown }) => {
  expect(renderError(error, plain)).toMatch(shown);
  expect(exitCodeOf(error)).toBe(70);
});

test.each([
  {
    error: new AegisError("suite.no_cases", 'none "left"\n', { details: { caseCount: 4 } }),
    told: {
      code: "suite.no_cases",
      message: 'none "left"\n',
      fix: "Loosen the filters, or add a case file.",
      details: { caseCount: 4 },
    },
  },
  { error: new RangeError("broken"), told: { code: "internal", message: "broken" } },
  { error: "text", told: { code: "internal", message: "text" } },
])("as JSON it is one line: $told", ({ error, told }) => {
  const line = renderError(error, { json: true, color: true });
  expect(line.split("\n").length).toBe(2);
  expect(JSON.parse(line)).toEqual({ error: told });
});
