import { expect, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import type { Trial } from "../../domain/index.ts";
import { clusteredInterval, signFlipTest } from "../../stats/index.ts";
import { madeTrials } from "./made-trials.test-kit.ts";
import { renderStress } from "./render-stress.ts";
import { summarizeStress } from "./summarize-stress.ts";
import { toJsonStress } from "./to-json-stress.ts";

/** So many cases, each with five trials undisturbed and at each level: `passes[level]` of five passed. */
function sweep(condition: string, caseCount: number, passes: Readonly<Record<string, number>>): Trial[] {
  const ids = Array.from({ length: caseCount }, (_, index) => `case-${index}`);
  return ids.flatMap((id) => [
    ...madeTrials(id, 5, 5),
    ...Object.entries(passes).flatMap(([level, count]) => madeTrials(`${id}+${condition}@${level}`, count, 5)),
  ]);
}

test("levels from weak to strong, paired by case, and where it begins to fail", () => {
  const trials = sweep("long-conversation", 8, { 80: 1, 10: 5, 40: 3, 20: 5 });
  const { undisturbed, conditions, withoutBase } = summarizeStress(trials);
  expect(undisturbed).toMatchObject({ rate: 1, caseCount: 8, trialCount: 40 });
  expect(withoutBase).toEqual([]);
  const [found, ...others] = conditions;
  expect(others).toEqual([]);
  expect(found).toMatchObject({ condition: "long-conversation", label: null, unit: "turns" });
  expect(found?.levels.map(({ level, verdict }) => [level, verdict])).toEqual([
    [10, "no difference shown"],
    [20, "no difference shown"],
    [40, "worse"],
    [80, "worse"],
  ]);
  expect(found?.levels[2]?.difference?.mean).toBeCloseTo(-0.4, 12);
  // Eight cases that all fell: two of 2^8 patterns of signs.
  expect(found?.levels[2]?.pValue).toBe(2 / 256);
  expect(found?.levels[2]?.pValue).toBe(signFlipTest(Array.from({ length: 8 }, () => -0.4)).pValue);
  expect(found?.levels[3]?.stressed).toEqual(
    clusteredInterval(Array.from({ length: 8 }, () => ({ passed: 1, total: 5 }))),
  );
  expect(found?.boundary).toMatchObject({
    shownAt: 40,
    halvedAt: 80,
    heldTo: 20,
    sentence: "fails from 40 turns on; held up to 20 turns",
  });
  expect(found?.boundary.cases).toEqual(
    Array.from({ length: 8 }, (_, index) => ({ caseId: `case-${index}`, failsAt: 80 })),
  );
});

test.each([
  {
    why: "one case that breaks is found, where a mean over cases shows nothing",
    trials: [
      ...sweep("permissions", 5, {}),
      ...["0", "1", "2", "3"].flatMap((id) => madeTrials(`case-${id}+permissions`, 5, 5)),
      ...madeTrials("case-4+permissions", 0, 5),
    ],
    verdict: "worse in cases",
    sentence: "fails; `levels` would show from where on",
  },
  {
    why: "a condition that helps is no failure",
    trials: Array.from({ length: 8 }, (_, id) => [
      ...madeTrials(`c${id}`, 2, 5),
      ...madeTrials(`c${id}+permissions`, 5, 5),
    ]).flat(),
    verdict: "better",
    sentence: "no failure shown",
  },
  {
    why: "too few trials show nothing, and the sentence says so",
    trials: [...madeTrials("a", 2, 2), ...madeTrials("a+messy-user@0.5", 2, 2), ...madeTrials("a+messy-user@1", 1, 2)],
    verdict: "no difference shown",
    sentence: "at 1 at most half still passes (too few trials to show it); held up to 0.5",
  },
  {
    why: "no failure, as far as it was tried",
    trials: sweep("messy-user", 6, { 0.5: 5, 1: 5 }),
    verdict: "no difference shown",
    sentence: "no failure shown up to 1, 2 levels tried",
  },
  {
    why: "an undisturbed case that was never scored holds nothing against",
    trials: [...madeTrials("a", 0, 0, 3), ...madeTrials("a+permissions", 1, 3)],
    verdict: "not measured",
    sentence: "nothing was measured",
  },
])("$why", ({ trials, verdict, sentence }) => {
  const { conditions } = summarizeStress(trials);
  expect(conditions[0]?.levels.at(-1)?.verdict).toBe(verdict);
  expect(conditions[0]?.boundary.sentence).toBe(sentence);
});

test("trials that could not be measured stand in no denominator", () => {
  const { conditions } = summarizeStress([...madeTrials("a", 5, 5), ...madeTrials("a+permissions", 2, 3, 2)]);
  expect(conditions[0]?.levels[0]).toMatchObject({
    voids: 2,
    cases: [{ undisturbed: { passed: 5, total: 5, voids: 0 }, stressed: { passed: 2, total: 3, voids: 2 } }],
  });
});

test("an agent that a condition does nothing to is rarely said to fail", () => {
  const random = seededRandom(7);
  const draw = (rate: number) => Array.from({ length: 5 }, random).filter((value) => value < rate).length;
  let alarms = 0;
  for (let repeat = 0; repeat < 200; repeat += 1) {
    const trials = Array.from({ length: 8 }, (_, id) => {
      const rate = 0.5 + random() / 2;
      const stressed = [10, 20, 40].flatMap((level) => madeTrials(`c${id}+long-conversation@${level}`, draw(rate), 5));
      return [...madeTrials(`c${id}`, draw(rate), 5), ...stressed];
    }).flat();
    const { conditions } = summarizeStress(trials);
    if (conditions[0]?.boundary.shownAt !== null) alarms += 1;
  }
  // Two families at 0.1 each: 0.2 at most; three standard errors of 200 repeats are 0.085.
  expect(alarms / 200).toBeLessThan(0.285);
});

const MIXED = [
  ...sweep("long-conversation", 8, { 10: 5, 40: 3, 80: 1 }),
  ...madeTrials("case-0+permissions", 4, 4, 1),
  ...madeTrials("gone\u001b[31m+permissions", 1, 1),
];

test("a table and a plot, without colour", () => {
  expect(renderStress(summarizeStress(MIXED), { color: false, width: 110 })).toMatchInlineSnapshot(`
    "stress  2 conditions  100.0 % undisturbed (95 % interval 67.6 % to 100.0 %, 8 cases)

                                    0 %            100 %
        undisturbed                 ████████████████████  100.0 %
      · long-conversation 10 turns  ████████████████████  100.0 %  0 points (-32 to 0)
      ✗ long-conversation 40 turns  ████████████░░░░░··│   60.0 %  -40 points (-59 to 0), worse, p = 0.008
      ✗ long-conversation 80 turns  ████░░░░░░░········│   20.0 %  -80 points (-86 to -22), worse, p = 0.008
      · permissions                 ████████████████████  100.0 %  0 points (-79 to 0)

    Where it begins to fail
      long-conversation: fails from 40 turns on; held up to 10 turns
      permissions: no failure shown

    Cases that fell most
      5/5 → 1/5  case-0+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-1+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-2+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-3+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-4+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-5+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-6+long-conversation@80  shown, p = 0.011
      5/5 → 1/5  case-7+long-conversation@80  shown, p = 0.011
      5/5 → 3/5  case-0+long-conversation@40
      5/5 → 3/5  case-1+long-conversation@40
      5/5 → 3/5  case-2+long-conversation@40
      5/5 → 3/5  case-3+long-conversation@40
      and 4 more

      1 trial under a condition could not be measured and is left out
      1 case under a condition has no scored undisturbed trial to be held against
    "
  `);
});

test.each([60, 80, 200])("no line is wider than %d columns, and nothing from outside escapes", (width) => {
  const text = renderStress(summarizeStress(MIXED), { color: false, width });
  expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(width);
  expect(text).not.toContain("\u001b");
  expect(renderStress(summarizeStress(MIXED), { color: true, width })).toContain("\u001b[31m");
});

test("nothing tried is said, not drawn", () => {
  expect(renderStress(summarizeStress([]), { color: false })).toContain("nothing was scored undisturbed");
});

test("the same for programs", () => {
  const summary = summarizeStress(MIXED);
  expect(JSON.parse(JSON.stringify(toJsonStress(summary)))).toEqual({
    schemaVersion: 1,
    ...JSON.parse(JSON.stringify(summary)),
  });
});
