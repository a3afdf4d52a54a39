import { once } from "node:events";
import { expect, test } from "vitest";
import { startPostgresServer } from "../src/testing/postgres-server.ts";
import { endOf, eventually, startCli, testProject } from "./cli-kit.ts";

const AGENT = `import { defineAgent } from "aegis";
export default defineAgent({ name: "echo", version: "1", run: ({ message }) => message });
`;

test.each([
  { how: "alone", flags: ["--single"], exitCode: 74 },
  { how: "under its supervisor", flags: [], exitCode: 0 },
])("a server $how whose database is gone ends when it is told to", async ({ flags, exitCode }) => {
  await using postgres = await startPostgresServer({ fsync: false });
  const child = startCli(testProject({ "agents/echo.ts": AGENT }), ["serve", "--port", "0", ...flags], {
    AEGIS_STORE: postgres.url,
  });
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = endOf(child);
  const gone = once(child, "exit");
  await eventually(() => said.includes("Try it"), 20_000);
  await postgres.halt("immediate");
  const fromMs = performance.now();
  child.kill("SIGTERM");
  await gone;
  expect(performance.now() - fromMs).toBeLessThan(8_000);
  const end = await ended;
  expect(end.stderr).toContain("The store does not answer; what was at work is for the next process");
  expect(end.exitCode).toBe(exitCode);
});
