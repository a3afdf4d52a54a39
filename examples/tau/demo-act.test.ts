import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { regradeAndCompare } from "./demo-act.ts";
import { writeSmallData } from "./small-data.ts";

const dataFolder = writeSmallData();
afterAll(() => rmSync(dataFolder, { recursive: true }));

const run = (reward: number): object => ({
  task_id: 0,
  trial: 0,
  reward,
  info: { task: { actions: [], outputs: [] }, reward_info: null },
  traj: [
    { role: "user", content: "hi" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ function: { name: "get_user_details", arguments: '{"user_id": "x"}' } }],
    },
    { role: "tool", content: "Error: user not found" },
    { role: "assistant", content: "bye" },
    { role: "user", content: "###STOP###" },
  ],
});

test("regrades every recording there is and says how far it agrees", () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  expect(regradeAndCompare({ dataFolder, write }).files).toEqual([]);
  mkdirSync(join(dataFolder, "tau1"));
  writeFileSync(join(dataFolder, "tau1", "retail__b.json"), JSON.stringify([run(1), run(0)]));
  writeFileSync(join(dataFolder, "tau1", "retail__a.json"), JSON.stringify([run(1)]));
  writeFileSync(join(dataFolder, "tau1", "README.md"), "not a recording");
  const { files } = regradeAndCompare({ dataFolder, write });
  expect(files).toEqual([
    { file: "retail__a.json", trajectories: 1, agree: 1, observations: 1, observationsIdentical: 1 },
    { file: "retail__b.json", trajectories: 2, agree: 1, observations: 2, observationsIdentical: 2 },
  ]);
  expect(lines.slice(1, 3)).toEqual([
    "retail__a.json: 1/1 rewards agree, 1/1 tool answers identical",
    "retail__b.json: 1/2 rewards agree, 2/2 tool answers identical",
  ]);
});
