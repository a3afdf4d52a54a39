import { expect, test } from "vitest";
import { Metrics } from "./metrics.ts";
import { prometheusText } from "./prometheus-text.ts";

// Escapes as the format's page says: https://prometheus.io/docs/instrumenting/exposition_formats/
test("help and labels are escaped", () => {
  const samples = [{ labels: { path: 'a"b\\c\nd', le: "+Inf" }, value: 3 }, { value: 0.5 }];
  expect(prometheusText([{ name: "files", help: 'one "two"\nthree\\', type: "gauge", samples }])).toBe(
    [
      '# HELP files one "two"\\nthree\\\\',
      "# TYPE files gauge",
      'files{path="a\\"b\\\\c\\nd",le="+Inf"} 3',
      "files 0.5",
      "",
    ].join("\n"),
  );
});

test("a histogram's buckets each hold all that is shorter", () => {
  const metrics = new Metrics();
  for (const durationMs of [0.5, 3, 3, 40, 60_000]) metrics.countRequest("GET /x", 200, durationMs);
  const samples = metrics.families().flatMap((family) => (family.type === "histogram" ? family.samples : []));
  const told = samples.map(({ suffix, labels, value }) => `${suffix} ${labels?.["le"] ?? ""} ${value}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "_bucket 0.001 1",
      "_bucket 0.005 3",
      "_bucket 0.01 3",
      "_bucket 0.025 3",
      "_bucket 0.05 4",
      "_bucket 0.1 4",
      "_bucket 0.25 4",
      "_bucket 0.5 4",
      "_bucket 1 4",
      "_bucket 2.5 4",
      "_bucket 5 4",
      "_bucket 10 4",
      "_bucket +Inf 5",
      "_sum  60.0465",
      "_count  5",
    ]
  `);
});
