import { expect, test } from "vitest";
import { sampleSummary } from "../testing/sample-trace-records.ts";
import { renderTraceHead, renderTraces } from "./render-traces.ts";

test("a title and a name are not cut through the middle of a character", () => {
  const title = `${"x".repeat(46)}😀😀`;
  expect(renderTraces([sampleSummary({ title })])).toMatch(/ x{46}…\n$/);
  expect(renderTraceHead(sampleSummary({ user: `${"u".repeat(298)}😀😀` }))).toMatch(/^user +u{298}…$/m);
});
