import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type RegradeReport } from "./regrade-report.ts";
import { Regrader } from "./regrade-trajectories.ts";
import { writeSmallData } from "./small-data.ts";

const dataFolder = writeSmallData();
afterAll(() => rmSync(dataFolder, { recursive: true }));

const call = (name: string, kwargs: unknown): object => ({
  role: "assistant",
  content: null,
  tool_calls: [
    {
      id: "same",
      type: "function",
      function: { name, arguments: typeof kwargs === "string" ? kwargs : JSON.stringify(kwargs) },
    },
  ],
});
const tool = (content: string): object => ({ role: "tool", tool_call_id: "same", content });
const says = (content: string): object => ({ role: "assistant", content });
const user = (content: string): object => ({ role: "user", content });
const stop = user("Thanks ###STOP###");
const cancelKwargs = { order_id: "#W1", reason: "no longer needed" };
const cancel = { name: "cancel_pending_order", kwargs: cancelKwargs };
const cancelled =
  '{"order_id": "#W1", "user_id": "ann_1", "address": {"address1": "1 A St", "address2": "", "city": "B", "country": "USA", "state": "TX", "zip": "1"}, ' +
  '"items": [{"name": "Mug", "product_id": "9", "item_id": "11", "price": 10.1, "options": {"size": "S"}}, {"name": "Mug", "product_id": "9", "item_id": "11", "price": 10.1, "options": {"size": "S"}}], ' +
  '"fulfillments": [], "status": "cancelled", "payment_history": [{"transaction_type": "payment", "amount": 20.2, "payment_method_id": "gift_card_1"}, {"transaction_type": "refund", "amount": 20.2, "payment_method_id": "gift_card_1"}], "cancel_reason": "no longer needed"}';

interface Made {
  readonly reward?: number;
  readonly actions?: readonly object[];
  readonly outputs?: readonly string[];
  readonly rewardInfo?: object | null;
  readonly traj: readonly object[];
}

function runOf({ reward = 1, actions = [cancel], outputs = [], rewardInfo = null, traj }: Made): object {
  return {
    task_id: 7,
    trial: 2,
    reward,
    info: { task: { actions, outputs }, reward_info: rewardInfo },
    traj: [user("hi"), ...traj],
  };
}

function regrade(runs: readonly object[], { withHash = false } = {}): RegradeReport {
  return new Regrader({ dataFolder, withHash }).regrade("made.json", JSON.stringify(runs));
}

const played = [call("cancel_pending_order", cancelKwargs), tool(cancelled)];
test.each<[string, Made, 0 | 1]>([
  ["1 for the wanted state", { traj: [...played, says("done"), stop] }, 1],
  [
    "1 after a transfer",
    { traj: [...played, call("transfer_to_human_agents", { summary: "" }), tool("Transfer successful")] },
    1,
  ],
  ["0 without an end, whatever the state", { traj: [...played, says("done"), user("and?")] }, 0],
  [
    "0 when ###STOP### only opens",
    { actions: [], traj: [user("###STOP###"), call("list_all_product_types", {}), says("hello"), user("and?")] },
    0,
  ],
  ["0 for another state", { traj: [says("no"), stop] }, 0],
  [
    "1 for reads only where reads were wanted",
    {
      actions: [],
      traj: [call("get_user_details", { user_id: "x" }), tool("Error: user not found"), says(""), stop],
    },
    1,
  ],
  [
    "1 for an output, without its commas and cases",
    { outputs: ["1000", "ABC"], traj: [...played, says("that is 1,000 abc"), stop] },
    1,
  ],
  ["0 for an output with a comma", { outputs: ["1,000"], traj: [...played, says("1,000"), stop] }, 0],
  [
    "0 for an output said beside a call",
    {
      outputs: ["42"],
      traj: [{ ...call("cancel_pending_order", cancelKwargs), content: "42" }, tool(cancelled), says("ok"), stop],
    },
    0,
  ],
  [
    "1 for an output said by `respond`",
    { outputs: ["42"], traj: [...played, call("respond", { content: "42" }), stop] },
    1,
  ],
  [
    "0 when only the kind of a number differs",
    {
      actions: [{ name: "modify_user_address", kwargs: address(5) }],
      traj: [call("modify_user_address", JSON.stringify(address(5)).replace(":5}", ":5.0}")), says(""), stop],
    },
    0,
  ],
])("the reward: %s", (_why, made, reward) => {
  expect(regrade([runOf({ ...made, reward })])).toMatchObject({ trajectories: 1, agree: 1, disagree: [] });
  const disagreed = regrade([runOf({ ...made, reward: 1 - reward })]);
  expect(disagreed).toMatchObject({
    agree: 0,
    disagree: [{ file: "made.json", index: 0, taskId: 7, trial: 2, recomputed: reward }],
  });
});

test("the reward: a disagreement says why", () => {
  const report = regrade([runOf({ traj: [says("no"), stop] })]);
  expect(report.disagree[0]?.reason).toBe("the final state differs from the wanted one in users ann_1, orders #W1");
});

test("traps of recorded files: a composite reward carries the plain one", () => {
  const rewardInfo = { reward: 0.63, components: { base_success: 1, politeness: 0.2 } };
  const traj = [call("cancel_pending_order", cancelKwargs), tool(cancelled), says(""), stop];
  expect(regrade([runOf({ reward: 0.63, rewardInfo, traj })])).toMatchObject({ trajectories: 1, agree: 1 });
});

test("traps of recorded files: an injected fault never reached the tool", () => {
  const fault = tool("Error: 503 Service Unavailable");
  const traj = [
    call("get_order_details", { order_id: "#W1" }),
    fault,
    call("cancel_pending_order", cancelKwargs),
    fault,
    says(""),
    stop,
  ];
  expect(regrade([runOf({ reward: 0, traj }), runOf({ actions: [], traj })])).toMatchObject({
    agree: 2,
    observations: 4,
    observationsIdentical: 0,
    observationDifferences: { count: 4, injectedFaults: 4 },
  });
});

test("traps of recorded files: crashed and empty runs are counted apart", () => {
  const crashed = { task_id: 1, reward: 0, info: { error: "Rate limit\nmore", traceback: "" }, traj: [], trial: 0 };
  const empty = { ...crashed, info: {} };
  const whole = runOf({ actions: [], traj: [call("get_user_details", { user_id: "x" }), says(""), stop] });
  expect(regrade([crashed, empty, crashed, whole])).toMatchObject({
    trajectories: 1,
    skipped: { count: 3, reasons: { "crashed: Rate limit": 2, "crashed: empty trajectory": 1 } },
  });
});

test("traps of recorded files: Python literals, lists inside texts and wrapped observations are read", () => {
  const kwargs = `{'order_id': '#W1', 'item_ids': "['11', '7']", 'new_item_ids': "['11', '7']", 'payment_method_id': 'paypal_1'}`;
  const traj = [
    call("modify_pending_order_items", kwargs),
    tool('# var_12 = "Error: 7 not found"'),
    call("think", "{'thought': 'it's odd'}"),
    tool(""),
    says(""),
    stop,
  ];
  expect(regrade([runOf({ actions: [], traj })])).toMatchObject({
    agree: 1,
    observations: 2,
    observationsIdentical: 2,
  });
});

test("traps of recorded files: unreadable arguments are reported, not guessed", () => {
  const write = runOf({
    traj: [call("cancel_pending_order", "{'reason': 'it's'}"), tool(cancelled), says(""), stop],
  });
  const read = runOf({
    actions: [],
    traj: [call("get_user_details", "{oops"), tool("Error: user not found"), says(""), stop],
  });
  expect(regrade([write, read])).toMatchObject({
    trajectories: 1,
    agree: 1,
    skipped: {
      count: 1,
      reasons: { "the arguments of cancel_pending_order are neither JSON nor a Python literal": 1 },
    },
    observationDifferences: { shown: [{ why: "unreadable arguments", tool: "get_user_details", step: 0 }] },
  });
});

test("traps of recorded files: tool messages are paired by place, and an invented tool shows", () => {
  const traj = [
    call("get_user_details", { user_id: "x" }),
    tool("Error: user not found"),
    call("get_order_details", { order_id: "x" }),
    tool("Error: order not found"),
    call("ask", {}),
    tool(""),
    says(""),
    stop,
  ];
  expect(regrade([runOf({ actions: [], traj })])).toMatchObject({
    observations: 3,
    observationsIdentical: 2,
    observationDifferences: { shown: [{ why: "unknown tool", recorded: "", recomputed: "Unknown action ask" }] },
  });
});

test.each(["province", "state"])("traps of recorded files: airline users as a run shows them, with `%s`", (key) => {
  const shown =
    `{"name": {"first_name": "Bob", "last_name": "Ray"}, "address": {"address1": "2 B St", "address2": "", "city": "C", "country": "USA", "${key}": "NY", "zip": "2"}, ` +
    '"email": "bob@example.com", "dob": "1990-01-01", "payment_methods": {"gift_card_1": {"source": "gift_card", "amount": 200, "id": "gift_card_1"}, "certificate_1": {"source": "certificate", "amount": 100, "id": "certificate_1"}}, ' +
    '"saved_passengers": [], "membership": "gold", "reservations": ["RES1"]}';
  const traj = [
    call("get_user_details", { user_id: "bob_1" }),
    tool(shown),
    call("list_all_airports", {}),
    says(""),
    stop,
  ];
  expect(regrade([runOf({ actions: [], traj })])).toMatchObject({
    agree: 1,
    observations: 1,
    observationsIdentical: 1,
  });
});

test("traps of recorded files: the hash of the wanted state", () => {
  const run = (hash: string): object =>
    runOf({
      actions: [],
      rewardInfo: { info: { gt_data_hash: hash } },
      traj: [call("get_user_details", { user_id: "x" }), says(""), stop],
    });
  // SHA-256 of CPython's text of the small shop, made with `to_hashable` as section 5 of the specification tells.
  const report = regrade([run(SMALL_SHOP_HASH), run("0")], { withHash: true });
  expect(report.gtDataHash).toEqual({ checked: 2, reproduced: 1 });
});

test.each<[string, string, string]>([
  [
    "a truncated file",
    '[{"task_id": 0, "reward": 1.0, "inf',
    "made.json is truncated: expected the closing quote of the string that begins at line 1, column 32 at the end of the text (line 1, column 36)",
  ],
  ["an empty file", "", "made.json is truncated: expected a JSON value at the end of the text (line 1, column 1)"],
  ["no JSON", "hello", "made.json is no JSON: expected a JSON value at line 1, column 1"],
  [
    "a tau2 file",
    '{"simulations": []}',
    "made.json is no tau-bench result file: expected a list of runs ({task_id, reward, info, traj, trial}), and this is a tau2-bench file at the top",
  ],
  [
    "a run without a trajectory",
    '[{"info": {}}]',
    "made.json is no tau-bench result file: expected a list at [0].traj",
  ],
  [
    "a run without a task",
    JSON.stringify([{ info: {}, traj: [stop], reward: 1 }]),
    "made.json is no tau-bench result file: expected an object at [0].info.task",
  ],
  [
    "a reward in words",
    JSON.stringify([{ ...runOf({ traj: [stop] }), reward: "good" }]),
    "made.json is no tau-bench result file: expected a number at [0].reward",
  ],
  [
    "runs of something else",
    JSON.stringify([runOf({ actions: [], traj: [call("ask", {}), stop] })]),
    "made.json: expected runs of retail or airline, but the file calls none of the tools of a domain we know",
  ],
])("what is no result file: %s", (_what, text, message) => {
  const regradeText = (): RegradeReport => new Regrader({ dataFolder, withHash: false }).regrade("made.json", text);
  expect(regradeText).toThrow(expect.objectContaining({ code: "import.bad_format", message }));
});

const good = join(dataFolder, "good.json");
const broken = join(dataFolder, "broken.json");
writeFileSync(
  good,
  JSON.stringify([runOf({ traj: [call("cancel_pending_order", cancelKwargs), tool(cancelled), says(""), stop] })]),
);
writeFileSync(broken, "[{");
const command = (
  words: readonly string[],
  folder = dataFolder,
): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [fileURLToPath(new URL("regrade.ts", import.meta.url)), ...words], {
    encoding: "utf8",
    env: { ...process.env, AEGIS_DATA: folder },
  });

test("the command: prints one JSON object", () => {
  const { status, stdout } = command([good, good, "--domain", "retail", "--json", "--hash"]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    trajectories: 2,
    agree: 2,
    disagree: [],
    skipped: { count: 0, reasons: {} },
    observations: 2,
    observationsIdentical: 2,
    observationDifferences: { count: 0, injectedFaults: 0, shown: [] },
    gtDataHash: { checked: 0, reproduced: 0 },
    wallMs: expect.any(Number),
  });
});

test("the command: prints a summary", () => {
  expect(command([good]).stdout).toContain("rewards       1/1 agree\n  observations  1/1 identical\n");
});

test.each<[string, readonly string[], number, RegExp]>([
  ["help", ["--help"], 0, /^$/],
  ["no file", [], 64, /name at least one trajectory file/],
  ["an unknown option", ["--wat"], 64, /--wat/],
  ["an unknown domain", [good, "--domain", "bank"], 64, /retail or airline, not bank/],
  ["a truncated file", [broken], 65, /broken\.json is truncated: expected a key in double quotes at the end/],
  [
    "the wrong domain",
    [good, "--domain", "airline"],
    65,
    /expected runs of airline, but the file calls the tools of retail/,
  ],
  ["a missing file", [`${good}x`], 66, /good\.jsonx.*AEGIS_DATA.*github\.com\/sierra-research\/tau-bench/],
])("the command: %s", (_what, words, status, message) => {
  const ended = command(words);
  expect(ended.stderr).toMatch(message);
  expect(ended.status).toBe(status);
});

test("the command: missing state files", () => {
  const ended = command([good], join(dataFolder, "elsewhere"));
  expect(ended.stderr).toMatch(/elsewhere.*orders\.json.*AEGIS_DATA.*github\.com\/sierra-research\/tau-bench \(MIT\)/);
  expect(ended.status).toBe(66);
});

function address(zip: number): object {
  return { user_id: "ann_1", address1: "", address2: "", city: "", state: "", country: "", zip };
}

const SMALL_SHOP_HASH = "d310f5869ae31dd1963424cfdcbcccd5af927db829099d033ff689156fbe487c";
