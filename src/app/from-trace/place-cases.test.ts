import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openApp } from "../open-app.ts";
import { makeProject } from "../project.test-kit.ts";
import { placeCases, type PlaceRequest } from "./place-cases.ts";

async function place(request: Omit<PlaceRequest, "tracedAgent">) {
  const folder = makeProject({
    "aegis.config.mjs": "export default {};",
    "agents/support.mjs": "export default {};",
    "agents/sales.mjs": "export default {};",
    "evals/fruit/suite.yaml": "name: fruit\nagent: support\ncases: [{ id: apples, input: apples? }]\n",
  });
  const app = await openApp({ cwd: folder, env: {}, storePath: ":memory:" });
  onTestFinished(() => app[Symbol.asyncDispose]());
  return { folder, placed: await placeCases(await app.config(), { ...request, tracedAgent: "planner" }, folder) };
}

test("a new suite is of the agent that is named, by its name or its file", async () => {
  for (const agent of ["support", "agents/support.mjs"]) {
    const { folder, placed } = await place({ agent, out: "evals/made" });
    expect(placed).toMatchObject({ suiteFile: join(folder, "evals/made/suite.yaml"), isRecorded: false });
    expect(placed.suiteText).toContain(`agent: ${JSON.stringify(agent)}`);
  }
});

test("no suite is made for an agent that is not there: it could not be read afterwards", async () => {
  const message = expect.stringContaining('agent "suport": no file at agents/suport.ts');
  await expect(place({ agent: "suport" })).rejects.toMatchObject({ code: "agent.not_found", message });
});

test("a suite that is there keeps its agent: another one is refused, not left out in silence", async () => {
  for (const where of [{ suite: "fruit" }, { out: "evals/fruit" }]) {
    for (const agent of [undefined, "support", "agents/support.mjs"]) {
      const { folder, placed } = await place({ ...where, agent });
      expect(placed.suiteFile).toBe(join(folder, "evals/fruit/suite.yaml"));
    }
    await expect(place({ ...where, agent: "sales" })).rejects.toMatchObject({ code: "cli.usage" });
    await expect(place({ ...where, agent: "suport" })).rejects.toMatchObject({ code: "agent.not_found" });
  }
});
