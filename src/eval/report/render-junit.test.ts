import { expect, test } from "vitest";
import { HOSTILE_TEXTS, hostileReport, madeParts, madeReport } from "./made-report.ts";
import { renderJunit } from "./render-junit.ts";
import { marked } from "../summary/made-run.ts";

test("a JUnit file", () => {
  expect(renderJunit(madeReport())).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="aegis" tests="5" failures="3" errors="0" skipped="0" time="20.000">
      <testsuite name="shop" timestamp="2023-11-14T22:13:20" tests="5" failures="3" errors="0" skipped="0" time="20.000">
        <properties>
          <property name="run" value="candidate"/>
          <property name="agent" value="support@2"/>
          <property name="models" value="gpt-5"/>
          <property name="isolation" value="namespace"/>
          <property name="not seen" value="Isolation namespace: kernel-shared isolation."/>
          <property name="not seen" value="Model gpt-5 as it answered during this run; a provider may change it at any time."/>
          <property name="not seen" value="5 trials per case: a case that passed all 5 may still fail up to 43 % of the time."/>
        </properties>
        <testcase classname="shop" name="refund" file="evals/shop/cases/refund.yaml" time="1.000">
          <failure message="passed 0 of 5, 100.0 % required; answered (5 of 5): The answer names no order." type="regression"/>
          <system-out>passed 0 of 5, 0 void, 0 not run
    answered (5 of 5): The answer names no order.</system-out>
        </testcase>
        <testcase classname="shop" name="greet" time="1.000">
          <system-out>passed 5 of 5, 0 void, 0 not run</system-out>
        </testcase>
        <testcase classname="shop" name="status" time="1.000">
          <failure message="passed 3 of 5, 100.0 % required; answered (2 of 5): The answer names no order." type="capability"/>
          <system-out>passed 3 of 5, 0 void, 0 not run
    answered (2 of 5): The answer names no order.</system-out>
        </testcase>
        <testcase classname="shop" name="order" time="1.000">
          <system-out>passed 5 of 5, 0 void, 0 not run</system-out>
        </testcase>
        <testcase classname="aegis" name="gate" time="0.000">
          <failure message="1 regression case is below its required pass rate: refund. 1 case passed less often than in the baseline, beyond chance: refund. 1 case behaved differently from the baseline, beyond chance: order. Over all cases together the agent behaved differently from the baseline, beyond chance." type="gate"/>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test("void and undecided cases are skipped or errors, never failures", () => {
  const cases = [
    { id: "void", trials: marked("vv") },
    { id: "open", trials: marked("+v") },
    {
      id: "crashed check",
      trials: [{ verdicts: [{ outcome: "void" as const, explanation: "no state was recorded" }] }],
    },
  ];
  const xml = renderJunit(madeParts(cases, cases));
  expect(xml).toContain('tests="4" failures="0" errors="2" skipped="2"');
  expect(xml).toContain('<skipped message="void: 2 provider"/>');
  expect(xml).toContain("no state was recorded");
});

/** Throws unless the text is well-formed XML of the few constructs used here. */
function assertWellFormed(xml: string): number {
  expect(xml).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/u);
  expect(xml.isWellFormed()).toBe(true);
  const open: string[] = [];
  let elements = 0;
  const token =
    /<\?xml [^?]*\?>|<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#39);[^"<&]*)*")*)(\/?)>|([^<&]+)|&(?:amp|lt|gt|quot|#39);/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`Not well-formed at ${at}: ${xml.slice(at, at + 80)}`);
    const [, closing, name, , empty] = match;
    if (name === undefined) continue;
    elements += 1;
    if (closing && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (!closing && !empty) open.push(name);
  }
  expect(open).toEqual([]);
  return elements;
}

test.each(HOSTILE_TEXTS)("%j leaves the file well-formed, with as many elements as ever", (text) => {
  expect(assertWellFormed(renderJunit(hostileReport(text)))).toBe(
    assertWellFormed(renderJunit(hostileReport("plain"))),
  );
});
