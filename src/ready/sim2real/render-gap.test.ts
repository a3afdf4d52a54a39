import { expect, test } from "vitest";
import { type RunMade, runMade } from "./logged-run.test-kit.ts";
import { measureGap } from "./measure-gap.ts";
import { renderGap } from "./render-gap.ts";

const runs = (name: string, count: number, of: (index: number) => RunMade) =>
  Array.from({ length: count }, (_, index) => runMade({ id: `${name}-${index}`, ...of(index) }));

const busy = { name: "Error", message: "busy", status: 429 };

const report = measureGap({
  evals: runs("e", 12, (index) => ({
    calls: [{ tool: "lookup_order" }],
    says: [`Please help ${"so ".repeat(index)}`],
  })),
  production: runs("p", 12, (index) => ({
    model: "m-\u001b[31m2\u202e",
    calls: [{ tool: "lookup_order", ...(index < 4 && { error: busy }) }],
    says: [`Hola, quiero cancelar mi pedido por favor ${"ya ".repeat(index)}`],
  })),
  draws: 100,
});

test("says index, dimensions, open conditions, traces and limits", () => {
  const lines = renderGap(report, { color: false, width: 110 }).split("\n");
  const between = (from: string, to: string) => {
    const start = lines.findIndex((line) => line.startsWith(from));
    return lines.slice(
      start,
      lines.findIndex((line, index) => index > start && line.startsWith(to)),
    );
  };
  expect(lines[0]).toMatch(/^Sim2real index \d+ \(\d+ to \d+\), over \d+ % of the weight$/);
  expect(lines[1]).toBe("Evals and production differ beyond chance where marked *.");
  expect(lines[2]).toBe("100 is nothing beyond chance. 12 runs of evals against 12 runs of production.");
  expect(between("model  ", "context")[0]).toMatch(
    /^model +1\.00 +1\.00 to 1\.00 +0\.\d\d {2}\* +m-\\u001b\[31m2\\u202e 0 % -> 100 %/,
  );
  expect(between("In no eval run", "Traces")).toEqual([
    "In no eval run: 3 of 4 conditions of production",
    "  100 %  (76 % to 100 %)      12 runs  model m-\\u001b[31m2\\u202e answers",
    "  100 %  (76 % to 100 %)      12 runs  user writes in Spanish",
    "   33 %  (14 % to 61 %)        4 runs  tool lookup_order answers 429",
    "",
  ]);
  expect(between("Traces", "What this")).toContain("  aegis case from-trace p-0");
  expect(lines).toContain("What this cannot see");
});

test("nothing of a log acts on the terminal, with colour or without", () => {
  const plain = renderGap(report, { color: false, width: 100 });
  expect(plain).not.toMatch(/[\u001b\u202e]/);
  const colored = renderGap(report, { color: true, width: 100 });
  expect(colored).toContain("\u001b[1m");
  expect(colored).not.toContain("\u001b[31m2");
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain);
});

test.each([60, 80, 120])("keeps to %d columns", (width) => {
  const lines = renderGap(report, { color: false, width }).split("\n");
  // A command is pasted whole.
  expect(lines.filter((line) => line.length > width && !line.includes("aegis case"))).toEqual([]);
});

test("two or three runs are said to be too few", () => {
  const few = measureGap({ evals: runs("e", 2, () => ({})), production: runs("p", 3, () => ({ model: "m-2" })) });
  const text = renderGap(few, { color: false, width: 100 });
  expect(text).toContain("Sim2real index: too little to tell");
  expect(text).toMatch(/^model +too few runs to tell +m-1 100 % -> 0 %, m-2 0 % -> 100 %$/m);
  expect(text).not.toMatch(/0\.00/);
});

test("full coverage is said as such", () => {
  const same = measureGap({ evals: runs("e", 6, () => ({})), production: runs("p", 6, () => ({})), draws: 50 });
  const text = renderGap(same, { color: false, width: 100 });
  expect(text).toMatch(/^Production shows 1 condition, and each is in some eval run\.$/m);
  expect(text).toContain("No dimension differs beyond chance.");
  expect(text).not.toContain("case from-trace");
});
