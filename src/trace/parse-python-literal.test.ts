import { expect, test } from "vitest";
import { parsePythonLiteral } from "./parse-python-literal.ts";

// Values from CPython 3.12: json.dumps(ast.literal_eval(text)).
test.each([
  ["{'order_id': '#W1', 'ok': True, 'none': None}", { order_id: "#W1", ok: true, none: null }],
  [
    "{'items': ['1', '2',], 'pair': (1, 2), 'one': (1,), 'group': (1), 'empty': ()}",
    { items: ["1", "2"], pair: [1, 2], one: [1], group: 1, empty: [] },
  ],
  [
    String.raw`{'a': 'it\'s', "b": "say \"x\"", 'c': 'tab\tA\u00e9\x41\101'}`,
    { a: "it's", b: 'say "x"', c: "tab\tAéAA" },
  ],
  ["{'n': -1.5e3, 'big': 1_000, 'f': .5, 'g': 5.}", { n: -1500, big: 1000, f: 0.5, g: 5 }],
  ["{'joined': 'a' \"b\"\n 'c'}", { joined: "abc" }],
  [String.raw`{'raw': r'\d', 'triple': '''x'y'''}`, { raw: String.raw`\d`, triple: "x'y" }],
  ["{'nested': {'__proto__': 'x', 1: 'one'}}", JSON.parse('{"nested":{"__proto__":"x","1":"one"}}')],
  ["{}", {}],
])("%s is read", (text, value) => {
  expect(parsePythonLiteral(text)).toEqual(value);
});

test.each([
  ["a call", "__import__('os').system('x')"],
  ["an expression", "{'a': 1 + 1}"],
  ["a name", "{'a': b}"],
  ["a cut text", "{'a': 'b"],
  ["a line break in a string", "{'a': 'b\nc'}"],
  ["two values", "{'a': 1} {'b': 2}"],
  ["a set", "{'a', 'b'}"],
  ["a key that is a list", "{[1]: 2}"],
  ["a number JSON cannot hold", "{'a': 1e999}"],
  ["a code point beyond Unicode", String.raw`{'a': '\UFFFFFFFF'}`],
  ["nesting without end", "[".repeat(100_000)],
  ["nothing", ""],
])("%s is no literal", (_why, text) => {
  expect(parsePythonLiteral(text)).toBeUndefined();
});
