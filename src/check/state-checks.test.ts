import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const before = {
  orders: { W1: { status: "paid", total: 40, items: ["a", "b"] }, W2: { status: "paid", total: 9, items: [] } },
  "a.b": 1,
};
const after = {
  ...before,
  orders: { ...before.orders, W1: { ...before.orders.W1, status: "refunded", refunds: [{ amount: 40 }] } },
};
const events = log().add({
  type: "state.captured",
  changes: [{ path: "orders.W1.status", before: "paid", after: "refunded" }],
});

test.each([
  { spec: check.state({ path: "orders.W1.status", equals: "refunded" }), outcome: "pass" },
  { spec: check.state({ path: "orders.W1.status", equals: "paid" }), outcome: "fail" },
  { spec: { state: { path: "orders.W1.refunds", equals: [{ amount: 40 }] } }, outcome: "pass" },
  { spec: { state: { path: "orders.W1.refunds[0].amount", atMost: 39 } }, outcome: "fail" },
  { spec: { state: { path: "orders.W1.total", greaterThan: 39, lessThan: 41 } }, outcome: "pass" },
  { spec: { state: { path: "orders.W1.status", greaterThan: 1 } }, outcome: "fail" },
  { spec: { state: { path: "orders.W1.items", contains: "b" } }, outcome: "pass" },
  { spec: { state: { path: "orders.W1.status", matches: "^re" } }, outcome: "pass" },
  { spec: { state: { path: "orders.W9", exists: false } }, outcome: "pass" },
  { spec: { state: { path: "orders.W9", notEquals: 1, exists: true } }, outcome: "fail" },
  { spec: { state: { path: "orders.W2", unchanged: true } }, outcome: "pass" },
  { spec: { state: { path: "orders.W1", unchanged: true } }, outcome: "fail" },
  { spec: { state: { path: 'a["b"]', exists: false } }, outcome: "pass" },
  {
    spec: check.state({ path: "", where: (_, state) => Object.keys(state.after as object).length === 2 }),
    outcome: "pass",
  },
  { spec: check.state({ path: "orders.W1.total", where: (value) => value === 1 }), outcome: "fail" },
  { spec: { onlyTheseStateChanges: ["orders.W1"] }, outcome: "pass" },
  { spec: { onlyTheseStateChanges: ["orders.*.status", "**.refunds"] }, outcome: "pass" },
  { spec: { onlyTheseStateChanges: ["orders.*.status"] }, outcome: "fail" },
  { spec: { onlyTheseStateChanges: [] }, outcome: "fail" },
  { spec: { stateSql: { sql: "SELECT count(*) FROM orders WHERE status = 'refunded'", equals: 1 } }, outcome: "pass" },
  { spec: { stateSql: { sql: "SELECT _key FROM orders ORDER BY total", equals: ["W2", "W1"] } }, outcome: "pass" },
  {
    spec: { stateSql: { sql: "SELECT _key, total FROM orders WHERE total < 10", equals: { _key: "W2", total: 9 } } },
    outcome: "pass",
  },
  {
    spec: {
      stateSql: {
        sql: "SELECT json_extract(refunds, '$[0].amount') FROM orders WHERE refunds IS NOT NULL",
        equals: 40,
      },
    },
    outcome: "pass",
  },
  {
    spec: { stateSql: { sql: "SELECT value FROM orders, json_each(items) WHERE _key = 'W1'", equals: ["a", "b"] } },
    outcome: "pass",
  },
  { spec: { stateSql: { sql: "SELECT sum(total) FROM orders", equals: 50 } }, outcome: "fail" },
  { spec: { stateSql: { sql: "SELECT _key FROM orders WHERE total > 1000", equals: [] } }, outcome: "pass" },
  { spec: { stateSql: { sql: "SELECT * FROM nowhere", equals: 1 } }, outcome: "void" },
  { spec: { stateSql: { sql: "DELETE FROM orders", equals: [] } }, outcome: "void" },
  { spec: { stateSql: { sql: "ATTACH DATABASE '/tmp/planted.db' AS planted", equals: [] } }, outcome: "void" },
  {
    spec: {
      stateSql: {
        sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        equals: 1,
      },
    },
    outcome: "void",
  },
])("$spec gives $outcome; without a state it is void", ({ spec, outcome }) => {
  const compiled = compileCheck(spec);
  expect(compiled.judge(events.run({ state: { before, after } }))).toMatchObject({
    outcome,
    evidence: [0],
    witness: "runtime",
  });
  expect(compiled.judge(log().run())).toMatchObject({ outcome: "void", score: null });
});

test("only the log's own list of changes is left when the state was not handed over", () => {
  const allowed = compileCheck({ onlyTheseStateChanges: ["orders.*.status"] });
  expect(allowed.judge(events.run())).toMatchObject({ outcome: "pass" });
  expect(compileCheck({ onlyTheseStateChanges: [] }).judge(events.run())).toMatchObject({
    explanation: 'It changed orders.W1.status from "paid" to "refunded".',
  });
});

test("tables are made of odd names, mixed records and lists", () => {
  const odd = { 'or"ders': [{ Id: 1, id: 2, _key: "own", ok: true, none: null }, { late: "x" }] };
  const sql = 'SELECT _key, Id, id_2, _key_2, ok, none, late FROM "or""ders"';
  const equals = [
    { _key: "0", Id: 1, id_2: 2, _key_2: "own", ok: 1, none: null, late: null },
    { _key: "1", Id: null, id_2: null, _key_2: null, ok: null, none: null, late: "x" },
  ];
  const verdict = compileCheck({ stateSql: { sql, equals } }).judge(log().run({ state: { before: odd, after: odd } }));
  expect(verdict).toMatchObject({ outcome: "pass" });
});

const shop = { orders: { W1: { total: 40 } }, refunds: { R1: { orderId: "W1", amount: 40 } } };
const forW1 = "SELECT count(*) FROM refunds WHERE orderId = 'W1'";

test.each([
  { why: "an empty object", after: { refunds: {} }, sql: forW1, equals: 0 },
  { why: "an empty list", after: { refunds: [] }, sql: forW1, equals: 0 },
  { why: "an empty list, columns by alias", after: { refunds: [] }, sql: "SELECT r.a, r.b FROM refunds r", equals: [] },
  { why: "a quoted column", after: { refunds: [] }, sql: 'SELECT "order id" FROM refunds', equals: [] },
  { why: "another demand", after: { refunds: {} }, sql: "SELECT amount FROM refunds", equals: 40, outcome: "fail" },
  { why: "emptied by the run", before: shop, after: { refunds: {} }, sql: forW1, equals: 0 },
  { why: "gone with its last record", before: shop, after: {}, sql: forW1, equals: 0 },
  {
    why: "a column that went with its record",
    before: { refunds: { R1: { flag: 1 }, R2: { a: 1 } } },
    after: { refunds: { R2: { a: 1 } } },
    sql: "SELECT flag FROM refunds",
    equals: null,
  },
  {
    why: "joined",
    after: { ...shop, refunds: {} },
    sql: "SELECT o._key, amount FROM orders o LEFT JOIN refunds r ON r.orderId = o._key WHERE total > 1",
    equals: { _key: "W1", amount: null },
  },
  {
    why: "two empty ones",
    after: { refunds: {}, notes: {} },
    sql: "SELECT body FROM notes n JOIN refunds r ON n.orderId = r.orderId WHERE body <> ''",
    equals: [],
  },
  { why: "a slip in a full one", after: shop, sql: "SELECT ordreId FROM refunds", equals: "W1", outcome: "void" },
  {
    why: "a slip in a full one beside an empty one",
    after: { ...shop, refunds: {} },
    sql: "SELECT o.totl FROM orders o JOIN refunds r",
    equals: [],
    outcome: "void",
  },
  {
    why: "writing into an empty one",
    after: { refunds: {} },
    sql: "DELETE FROM refunds WHERE x = 1",
    equals: [],
    outcome: "void",
  },
])(
  "an empty collection has the columns asked of it: $why",
  ({ before: was = {}, after: is, sql, equals, outcome = "pass" }) => {
    const verdict = compileCheck({ stateSql: { sql, equals } }).judge(log().run({ state: { before: was, after: is } }));
    expect(verdict).toMatchObject({ outcome });
  },
);
