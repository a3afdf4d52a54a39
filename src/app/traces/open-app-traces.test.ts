import { expect, onTestFinished, test } from "vitest";
import { sampleSummary } from "../../testing/sample-trace-records.ts";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { openAppTraces } from "./open-app-traces.ts";

test("a beginning that several ids share asks for more of the id", async () => {
  const folder = makeProject({ "aegis.config.mjs": "export default {};" });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  const summaries = ["aaaaaaa1", "aaaaaaa2"].map((end) => sampleSummary({ traceId: `${"0".repeat(24)}${end}` }));
  await (await app.store()).saveTraces(summaries.map((summary) => ({ summary, words: "" })));
  const traces = await openAppTraces(app);
  await expect(traces.find(`${"0".repeat(24)}aaaaaaa1`)).resolves.toMatchObject({ runId: summaries[0]?.runId });
  await expect(traces.find("0".repeat(24))).rejects.toMatchObject({
    code: "trace.not_found",
    message: expect.stringContaining("none or several have one that begins so"),
    fix: expect.stringContaining("Give more of the id"),
  });
});
