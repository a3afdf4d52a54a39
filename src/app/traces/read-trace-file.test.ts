import { expect, test } from "vitest";
import { readTraceFile } from "./read-trace-file.ts";

test.each([
  { why: "one request, cut", text: '{"resourceSpans":[', place: "traces.json: The telemetry" },
  { why: "a line of several", text: '{"resourceSpans":[]}\n{broken}', place: "traces.json: line 2: The telemetry" },
  { why: "protobuf, cut", text: "\u000a\u007f\u0012z", place: "traces.json: The telemetry" },
  { why: "Python's spans, cut", text: '[{"context":{"trace_id":"0x1"},"name":', place: "traces.json: The telemetry" },
])("a file that cannot be read is named: $why", ({ text, place }) => {
  const read = () => readTraceFile({ path: "traces.json", bytes: Buffer.from(text), nowMs: 0 });
  expect(read).toThrow(
    expect.objectContaining({
      code: "trace.bad_payload",
      message: expect.stringContaining(place),
      fix: expect.stringContaining("--format"),
    }),
  );
});
