import { expect, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import { comparePassRates } from "./compare-pass-rates.ts";

const LEVELS = { alpha: 0.05, falseDiscoveryRate: 0.1 };

function pair(a: string, b: string) {
  const counts = (text: string) => ({ passed: Number(text.split("/")[0]), total: Number(text.split("/")[1]) });
  return { a: counts(a), b: counts(b) };
}

test.each([0, 1, 5, 20, 100, 400])("a broken and a fixed case are both found among %i steady ones", (steady) => {
  const pairs = [pair("3/3", "0/3"), pair("0/3", "3/3"), ...Array.from({ length: steady }, () => pair("3/3", "3/3"))];
  const [broken, fixed, ...rest] = comparePassRates(pairs, LEVELS);
  expect(broken).toMatchObject({ finding: "worse" });
  expect(broken?.pWorse).toBeCloseTo(1 / 64, 8);
  expect(fixed).toMatchObject({ finding: "better" });
  expect(rest.every(({ finding }) => finding === null)).toBe(true);
});

test.each([
  { a: "1/1", b: "0/1", why: "one trial shows nothing", p: 0.25 },
  { a: "2/2", b: "0/2", why: "nor do two", p: 1 / 16 },
])("$a to $b is no finding: $why", ({ a, b, p }) => {
  const [one] = comparePassRates([pair(a, b)], LEVELS);
  expect(one?.finding).toBe(null);
  expect(one?.pWorse).toBeCloseTo(p, 8);
  expect(one?.minAttainableP).toBeCloseTo(p, 8);
});

test.each([
  { rateOf: () => 0.5, name: "coins", cases: 6, trials: 3 },
  { rateOf: () => 0.5, name: "coins", cases: 20, trials: 4 },
  { rateOf: () => 0.9, name: "mostly passing", cases: 40, trials: 5 },
  { rateOf: (draw: number) => Math.sin((draw * Math.PI) / 2) ** 2, name: "of all kinds", cases: 30, trials: 5 },
])("$cases unchanged cases ($name) at $trials trials rarely look worse", ({ rateOf, cases, trials }) => {
  const random = seededRandom(11);
  const draw = (rate: number) => Array.from({ length: trials }, random).filter((value) => value < rate).length;
  let alarms = 0;
  for (let repeat = 0; repeat < 400; repeat += 1) {
    const pairs = Array.from({ length: cases }, () => {
      const rate = rateOf(random());
      return { a: { passed: draw(rate), total: trials }, b: { passed: draw(rate), total: trials } };
    });
    if (comparePassRates(pairs, LEVELS).some(({ finding }) => finding === "worse")) alarms += 1;
  }
  // 0.1 is promised; three standard errors of 400 repeats are 0.045.
  expect(alarms / 400).toBeLessThan(0.145);
});
