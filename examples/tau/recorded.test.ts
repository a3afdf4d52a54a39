import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kernel/index.ts";
import { dataFolderOf } from "./data-folder.ts";
import { DOMAIN_NAMES, findTool, openDomain } from "./environment.ts";
import { Regrader } from "./regrade-trajectories.ts";

const dataFolder = dataFolderOf(process.env);
const isMissing = !existsSync(join(dataFolder, "tau", "retail", "orders.json"));
const WHY_SKIPPED =
  "no recorded data: set AEGIS_DATA to the folder with tau/ and tau1/ (public original: github.com/sierra-research/tau-bench, MIT)";
if (isMissing) process.stderr.write(`examples/tau/recorded.test.ts is skipped: ${WHY_SKIPPED}\n`);

type Vector = readonly [tool: string, kwargs: string, observation: string | null];

describe.skipIf(isMissing)(`the recorded domains${isMissing ? `, skipped: ${WHY_SKIPPED}` : ""}`, () => {
  test.each(DOMAIN_NAMES)("%s answers every call vector to the byte", (name) => {
    const domain = openDomain(name, { dataFolder });
    const text = readFileSync(join(dataFolder, "tau", "vectors", `${name}.json`), "utf8");
    let count = 0;
    for (const vectors of JSON.parse(text) as Vector[][]) {
      const episode = domain.newEpisode();
      for (const [tool, kwargs, observation] of vectors) {
        expect([tool, kwargs, episode.call(tool, kwargs)]).toEqual([tool, kwargs, observation]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(900);
  });

  test.each(DOMAIN_NAMES)("%s has the tools of its schemas, with the same parameters", (name) => {
    const schemas = openDomain(name, { dataFolder }).tools as readonly { function: Schema }[];
    expect(schemas.length).toBeGreaterThan(10);
    for (const { function: schema } of schemas) {
      expect([schema.name, findTool(name, schema.name)?.parameters]).toEqual([schema.name, schema.parameters.required]);
    }
  });

  // The figures of section 8 of the specification.
  test.each([
    [
      "airline__gpt-4o__even-tasks-x4.json",
      { trajectories: 100, observations: 577, observationsIdentical: 577, hashes: 87 },
    ],
    [
      "retail__agentverify-tool-calling__100x1.json",
      { trajectories: 100, observations: 793, observationsIdentical: 793, hashes: 65 },
    ],
    [
      "retail__agentverify-assertions-0618__100x1.json",
      { trajectories: 66, observations: 472, observationsIdentical: 470, hashes: 50 },
    ],
  ])("%s regrades as published", (file, { hashes, ...figures }) => {
    const path = join(dataFolder, "tau1", file);
    const report = new Regrader({ dataFolder, withHash: true }).regrade(file, readFileSync(path, "utf8"));
    expect(report).toMatchObject({
      ...figures,
      agree: figures.trajectories,
      gtDataHash: { checked: hashes, reproduced: hashes },
    });
  });
});

interface Schema extends JsonObject {
  readonly name: string;
  readonly parameters: { readonly required: readonly string[] };
}
