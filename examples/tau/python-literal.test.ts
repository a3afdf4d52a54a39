import { expect, test } from "vitest";
import { decodeArguments } from "./decode-arguments.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { dump } from "./value-text.ts";

test.each([
  [
    "{'order_id': '#W1', 'n': 1, 'x': 1.0, 'ok': True, 'none': None}",
    '{"order_id": "#W1", "n": 1, "x": 1.0, "ok": true, "none": null}',
  ],
  [`{"it's": "a \\"b\\""}`, '{"it\'s": "a \\"b\\""}'],
  ["['1', '2',]", '["1", "2"]'],
  ["('a', -2, +3, .5, 1e3, 1_000)", '["a", -2, 3, 0.5, 1000.0, 1000]'],
  ["['a' 'b']", '["ab"]'],
  [String.raw`'\x41\u00e9\n\'\101\q'`, String.raw`"A\u00e9\n'A\\q"`],
  ["{}", "{}"],
  ["()", "[]"],
])("%s is read", (text, dumped) => {
  expect(dump(parsePythonLiteral(text) ?? "none")).toBe(dumped);
});

test.each(["", "{'a': 'it's'}", "{'a'}", "[1", "f(1)", "[1 2]", "{'a': x}", "'a' + 'b'", "'a\nb'"])(
  "%j is no literal",
  (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  },
);

test.each([
  ["JSON as it is, also a list written as text", "x", `{"item_ids": "['1']"}`, `{"item_ids": "['1']"}`],
  [
    "a literal, and the list inside a text",
    "x",
    `{'item_ids': "['1', '2']", 'order_id': '#W1'}`,
    '{"item_ids": ["1", "2"], "order_id": "#W1"}',
  ],
  [
    "a text that holds no list stays",
    "x",
    `{'item_ids': '1', 'reason': "['1']"}`,
    `{"item_ids": "1", "reason": "['1']"}`,
  ],
  ["a thought nobody can read", "think", "{'thought': 'it's'}", `{"thought": "{'thought': 'it's'}"}`],
])("arguments: %s", (_why, tool, text, dumped) => {
  expect(dump(decodeArguments(tool, text) ?? "none")).toBe(dumped);
});

test.each(["{'reason': 'it's'}", "[1]", '"text"', ""])("arguments %j cannot be read", (text) => {
  expect(decodeArguments("cancel_pending_order", text)).toBeUndefined();
});
