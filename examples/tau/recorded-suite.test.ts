import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlayedTrial } from "../../test/play-suite-kit.ts";
import { playSuite } from "./play-suite.test-kit.ts";
import { recordedSuite } from "./recorded-suite.ts";
import { writeSmallData } from "./small-data.ts";

const dataFolder = writeSmallData();
afterAll(() => rmSync(dataFolder, { recursive: true }));

const schema = (name: string, properties: readonly string[]): object => ({
  type: "function",
  function: {
    name,
    description: "",
    parameters: {
      type: "object",
      properties: Object.fromEntries(properties.map((each) => [each, {}])),
      required: properties,
    },
  },
});
const TOOLS = [
  schema("cancel_pending_order", ["order_id", "reason"]),
  schema("get_order_details", ["order_id"]),
  schema("transfer_to_human_agents", ["summary"]),
];

const user = (content: string): object => ({ role: "user", content });
const says = (content: string): object => ({ role: "assistant", content });
const call = (name: string, kwargs: object, content = ""): object => ({
  role: "assistant",
  content,
  tool_calls: [{ id: "same", type: "function", function: { name, arguments: JSON.stringify(kwargs) } }],
});
const answered = (content: string): object => ({ role: "tool", tool_call_id: "same", content });
const cancelKwargs = { order_id: "#W1", reason: "no longer needed" };
const cancels = [call("cancel_pending_order", cancelKwargs), answered("(as answered then)")];
const stop = user("Thanks ###STOP###");

interface Made {
  readonly taskId: number;
  readonly trial?: number;
  readonly reward: number;
  readonly outputs?: readonly string[];
  readonly traj: readonly object[];
}

const made = ({ taskId, trial = 0, reward, outputs = [], traj }: Made): object => {
  const actions = [{ name: "cancel_pending_order", kwargs: cancelKwargs }];
  return {
    task_id: taskId,
    trial,
    reward,
    info: { task: { actions, outputs }, reward_info: null },
    traj: [user("hi"), ...traj],
  };
};

const RUNS: readonly [why: string, run: Made][] = [
  ["the wanted state", { taskId: 0, reward: 1, traj: [says("which?"), user("W1"), ...cancels, says("done"), stop] }],
  [
    "calls in an earlier turn",
    {
      taskId: 7,
      reward: 1,
      traj: [
        call("get_order_details", { order_id: "#W1" }),
        answered("(as answered then)"),
        says("cancel it?"),
        user("yes"),
        ...cancels,
        says("done"),
        stop,
      ],
    },
  ],
  ["another state", { taskId: 0, trial: 1, reward: 0, traj: [says("no"), user("please"), says("no"), stop] }],
  ["an answer without a word", { taskId: 1, reward: 1, traj: [says(""), user("so?"), ...cancels, says("done"), stop] }],
  ["an output told", { taskId: 2, outputs: ["1000"], reward: 1, traj: [...cancels, says("that is 1,000"), stop] }],
  [
    "an output told beside a call",
    {
      taskId: 2,
      trial: 1,
      outputs: ["1000"],
      reward: 0,
      traj: [call("cancel_pending_order", cancelKwargs, "1000"), answered(""), says("ok"), stop],
    },
  ],
  [
    "a transfer",
    {
      taskId: 3,
      reward: 1,
      traj: [...cancels, call("transfer_to_human_agents", { summary: "" }), answered("Transfer successful")],
    },
  ],
  ["a cut after a call", { taskId: 4, reward: 0, traj: cancels }],
  ["a cut after an answer", { taskId: 5, reward: 0, traj: [...cancels, says("done"), user("and?")] }],
  [
    "an injected fault",
    {
      taskId: 6,
      reward: 0,
      traj: [call("cancel_pending_order", cancelKwargs), answered("Error: 503 Service Unavailable"), says("no"), stop],
    },
  ],
];
const crashed = { task_id: 8, trial: 0, reward: 0, info: { error: "Rate limit" }, traj: [] };

let played: PlayedTrial[];
beforeAll(async () => {
  const file = join(dataFolder, "made.json");
  writeFileSync(join(dataFolder, "tau", "retail", "tools.json"), JSON.stringify(TOOLS));
  writeFileSync(file, JSON.stringify([...RUNS.map(([, run]) => made(run)), crashed]));
  Object.assign(process.env, { AEGIS_DATA: dataFolder, AEGIS_TAU_FILE: file });
  played = await playSuite({ domainName: "retail", isolation: "none" });
});

const trialOf = ({ taskId, trial = 0 }: Made) =>
  played.find(({ trial: each }) => each.caseId === `task-00${taskId}` && each.attemptIndex === trial);

test.each(RUNS)("%s earns the recorded reward", (_why, run) => {
  expect(trialOf(run)?.trial.outcome).toMatchObject({ kind: "scored", isPass: run.reward === 1 });
});

test("every attempt is the conversation its own user led", () => {
  const heard = played
    .filter(({ trial }) => trial.caseId === "task-000")
    .map(({ events }) => events.flatMap((event) => (event.type === "message.received" ? [event.content] : [])));
  expect(heard.toSorted((left, right) => left.join().localeCompare(right.join()))).toEqual([
    ["hi", "please"],
    ["hi", "W1"],
  ]);
});

test("the log tells what changed, and nothing of the rest of the shop", () => {
  const first = played.find(({ trial }) => trial.caseId === "task-000" && trial.attemptIndex === 0);
  const changes = first?.events.flatMap((event) => (event.type === "state.captured" ? event.changes : []));
  expect(changes?.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["orders.#W1.status", "orders.#W1.cancel_reason"]),
  );
  expect(JSON.stringify(changes)).not.toContain("#W2");
});

test("what always earned its reward is a regression case; crashed runs are left out", () => {
  const kinds = new Map(played.map(({ evalCase }) => [evalCase.id, evalCase.kind]));
  expect(Object.fromEntries(kinds)).toEqual({
    "task-000": "capability",
    "task-001": "regression",
    "task-002": "capability",
    "task-003": "regression",
    "task-004": "capability",
    "task-005": "capability",
    "task-006": "capability",
    "task-007": "regression",
  });
});

test.each([
  {
    why: "no data",
    environment: { AEGIS_DATA: "/nowhere" },
    code: "data.missing",
    message: /^No recording of airline agents: .* is not there.*github\.com\/sierra-research\/tau-bench \(MIT\)/,
  },
  {
    why: "a file that is not there",
    environment: { AEGIS_DATA: dataFolder, AEGIS_TAU_FILE: "/nowhere/runs.json" },
    code: "data.missing",
    message: /^Cannot read \/nowhere\/runs\.json/,
  },
  {
    why: "a recording of the other domain",
    environment: { AEGIS_DATA: dataFolder, AEGIS_TAU_FILE: join(dataFolder, "made.json") },
    code: "import.bad_format",
    message: /expected runs of airline, but the file calls the tools of retail/,
  },
])("refuses $why", ({ environment, code, message }) => {
  const options = { domainName: "airline", file: "airline__none.json", environment } as const;
  expect(() => recordedSuite(options)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
