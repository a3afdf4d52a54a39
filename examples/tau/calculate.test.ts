import { expect, test } from "vitest";
import { calculate } from "./calculate.ts";
import type { Value } from "./value.ts";

// What CPython 3.11 answers to `str(round(float(eval(expression)), 2))`, or the text of its exception.
test.each([
  ["255", "255.0"],
  ["  1 + 2", "3.0"],
  ["2 * (3 + 4) - -1", "15.0"],
  ["-2**2", "-4.0"],
  ["2**-1", "0.5"],
  ["2**3**2", "512.0"],
  ["--2", "2.0"],
  [".5 + 1.", "1.5"],
  ["00 + 1", "1.0"],
  ["7 // -2", "-4.0"],
  ["-7 // 2", "-4.0"],
  ["1.0 // 0.1", "9.0"],
  ["0/-5", "-0.0"],
  ["-0.001", "-0.0"],
  ["0.125", "0.12"],
  ["972.625", "972.62"],
  ["10**400 // 10**399", "10.0"],
  ["10**400 / 10**399", "10.0"],
  ["9007199254740993 / 1", "9007199254740992.0"],
  ["-740.0//86.125 * 34", "-306.0"],
])("%s = %s", (expression, answer) => {
  expect(calculate(expression)).toBe(answer);
});

test.each([
  ["1 + a", "invalid characters in expression"],
  ["", "invalid syntax (<string>, line 0)"],
  ["   ", "invalid syntax (<string>, line 0)"],
  ["1 2", "invalid syntax (<string>, line 1)"],
  ["1 +", "invalid syntax (<string>, line 1)"],
  ["1.2.3", "invalid syntax (<string>, line 1)"],
  ["(4/+0", "'(' was never closed (<string>, line 1)"],
  ["9.6- (-", "'(' was never closed (<string>, line 1)"],
  [")615", "unmatched ')' (<string>, line 1)"],
  ["(1 2)", "invalid syntax. Perhaps you forgot a comma? (<string>, line 1)"],
  ["(*1)", "cannot use starred expression here (<string>, line 1)"],
  [
    "01 + 1",
    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers (<string>, line 1)",
  ],
  ["5(3)", "'int' object is not callable"],
  ["(1.5)(2)", "'float' object is not callable"],
  ["5(1/0)", "division by zero"],
  ["()", "float() argument must be a string or a real number, not 'tuple'"],
  ["(-8)**(1/3)", "float() argument must be a string or a real number, not 'complex'"],
  ["1/0", "division by zero"],
  ["1/0.0", "float division by zero"],
  ["1//0", "integer division or modulo by zero"],
  ["1//0.0", "float floor division by zero"],
  ["0**-1", "0.0 cannot be raised to a negative power"],
  ["10.0**400", "(34, 'Numerical result out of range')"],
  ["10**400", "int too large to convert to float"],
  ["9**9**9", "int too large to convert to float"],
  ["10**400/3", "integer division result too large for a float"],
  ["(".repeat(300), "too many nested parentheses (<string>, line 1)"],
])("%s fails with %s", (expression, message) => {
  expect(() => calculate(expression)).toThrow(expect.objectContaining({ name: "ToolFailure", message }));
});

test.each<[Value, string]>([
  [5n, "'int' object is not iterable"],
  [null, "'NoneType' object is not iterable"],
  [["1"], "eval() arg 1 must be a string, bytes or code object"],
])("what is no text is no expression, row %#", (expression, message) => {
  expect(() => calculate(expression)).toThrow(message);
});

test("a very long sum does not exhaust the stack", () => {
  expect(calculate(`1${"+1".repeat(50_000)}`)).toBe("50001.0");
  expect(calculate(`${"-".repeat(2000)}1`)).toBe("1.0");
});
