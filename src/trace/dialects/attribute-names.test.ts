import { expect, test } from "vitest";
import { namesOf } from "./attribute-names.ts";

test("what follows from a set of names is found out once", () => {
  let asked = 0;
  const count = (names: readonly string[]) => {
    asked += 1;
    return names.join(" ");
  };
  expect(namesOf({ a: 1, b: 2 }).answer(count)).toBe("a b");
  expect(namesOf({ a: 3, b: 4 }).answer(count)).toBe("a b");
  expect(asked).toBe(1);
  expect(namesOf({ a: 3 }).answer(count)).toBe("a");
  expect(namesOf({ b: 4, a: 3 }).answer(count)).toBe("b a");
  expect(namesOf({}).answer(count)).toBe("");
});

test("names without end are answered all the same", () => {
  const list = (names: readonly string[]) => names;
  for (let span = 0; span < 200; span += 1) {
    const names = Array.from(
      { length: 100 },
      (_, index) => `${"long".repeat(span % 2 === 0 ? 60 : 1)} ${span} ${index}`,
    );
    const attributes = Object.fromEntries(names.map((name) => [name, 1]));
    expect(namesOf(attributes).answer(list)).toEqual(names);
  }
});
