import { AegisError } from "../../src/kernel/index.ts";
import { isTerminating } from "./environment.ts";
import { JsonSyntaxError, parseJson } from "./parse-json.ts";
import type { Action, Task } from "./reward.ts";
import { isObject, type Value, type ValueObject } from "./value.ts";
import { dump, plainText } from "./value-text.ts";

/** One run of a tau-bench result file, reduced to what can be played again. */
export interface RecordedRun {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly taskId: number | string;
  readonly trial: number;
  readonly content: RecordedContent;
}

export type RecordedContent =
  | { readonly kind: "crashed"; readonly reason: string }
  | {
      readonly kind: "played";
      readonly task: Task;
      /** What the user began with. */
      readonly opening: string;
      readonly steps: readonly RecordedStep[];
      readonly isDone: boolean;
      /** The plain 0 or 1, taken out of a composite reward where there is one. */
      readonly reward: number;
      readonly gtDataHash?: string;
    };

export type RecordedStep =
  | {
      readonly kind: "response";
      readonly text: string;
      /** What the user said next; absent where the recording ends or goes on without the user. */
      readonly reply?: string;
    }
  | {
      readonly kind: "call";
      readonly tool: string;
      readonly argumentsText: string;
      /** A text beside the call: the user never saw it. */
      readonly aside: string;
      /** Absent where the recording ends with the call. */
      readonly observation?: string;
    };

/**
 * Reads a result file.
 * @throws {AegisError} "import.bad_format", saying what was expected and where
 */
export function readTrajectories(file: string, text: string): RecordedRun[] {
  const place: Place = { file, path: "" };
  const runs = parse(file, text);
  if (!Array.isArray(runs)) {
    const isTau2 = isObject(runs) && runs.has("simulations");
    fail(
      place,
      `a list of runs ({task_id, reward, info, traj, trial})${isTau2 ? ", and this is a tau2-bench file" : ""}`,
    );
  }
  return runs.map((run, index) => readRun(run, index, { file, path: `[${index}]` }));
}

/** Where in a file a value stands: `[3].info.task`. */
interface Place {
  readonly file: string;
  readonly path: string;
}

const CRASH_REASON_LENGTH_MAX = 100;

function readRun(value: Value, index: number, place: Place): RecordedRun {
  const run = objectAt(value, place);
  const info = objectAt(run.get("info"), inside(place, "info"));
  const messages = listAt(run.get("traj"), inside(place, "traj"));
  const trial = run.get("trial");
  const taskId = run.get("task_id") ?? BigInt(index);
  return {
    index,
    taskId: typeof taskId === "bigint" ? Number(taskId) : plainText(taskId),
    trial: typeof trial === "bigint" ? Number(trial) : 0,
    content: readContent(run, info, messages, place),
  };
}

function readContent(run: ValueObject, info: ValueObject, messages: readonly Value[], place: Place): RecordedContent {
  const error = info.get("error");
  if (error !== undefined && error !== null) {
    return { kind: "crashed", reason: plainText(error).split("\n", 1)[0]?.slice(0, CRASH_REASON_LENGTH_MAX) ?? "" };
  }
  if (messages.length === 0) return { kind: "crashed", reason: "empty trajectory" };
  const rewardInfo = info.get("reward_info");
  const hash = memberIn(memberIn(rewardInfo, "info"), "gt_data_hash");
  return {
    kind: "played",
    task: readTask(info.get("task"), inside(place, "info.task")),
    opening: readOpening(messages),
    ...readSteps(messages, inside(place, "traj")),
    reward: readReward(run, rewardInfo, place),
    ...(typeof hash === "string" && { gtDataHash: hash }),
  };
}

function readTask(value: Value | undefined, place: Place): Task {
  const task = objectAt(value, place);
  const actions = listAt(task.get("actions"), inside(place, "actions")).map((action, index): Action => {
    const here = inside(place, `actions[${index}]`);
    const { name, kwargs } = { name: memberIn(action, "name"), kwargs: memberIn(action, "kwargs") };
    if (typeof name !== "string" || !isObject(kwargs)) return fail(here, "an action {name, kwargs}");
    return { name, kwargs };
  });
  const outputs = task.get("outputs") ?? null;
  return { actions, outputs: outputs === null ? [] : listAt(outputs, inside(place, "outputs")).map(plainText) };
}

/** A composite reward carries the plain one among its components. */
function readReward(run: ValueObject, rewardInfo: Value | undefined, place: Place): number {
  const reward = memberIn(memberIn(rewardInfo, "components"), "base_success") ?? run.get("reward") ?? null;
  if (typeof reward === "object" || typeof reward === "string") return fail(inside(place, "reward"), "a number");
  return Number(reward);
}

function readOpening(messages: readonly Value[]): string {
  const first = messages.findIndex((message) => memberIn(message, "role") === "assistant");
  const before = first === -1 ? messages : messages.slice(0, first);
  return textIn(before.findLast((message) => memberIn(message, "role") === "user"));
}

/** Messages are paired by their place: ids repeat within a run, and some recordings have none. */
function readSteps(messages: readonly Value[], place: Place): { steps: RecordedStep[]; isDone: boolean } {
  const steps: RecordedStep[] = [];
  for (const [index, message] of messages.entries()) {
    const here = { file: place.file, path: `${place.path}[${index}]` };
    const role = objectAt(message, here).get("role");
    if (typeof role !== "string") fail(here, "a message with a role");
    if (role !== "assistant") continue;
    const step = readStep(message, messages[index + 1], here);
    steps.push(step);
    const isStopped = step.kind === "response" && step.reply?.includes("###STOP###");
    if (isStopped || (step.kind === "call" && isTerminating(step.tool))) return { steps, isDone: true };
  }
  return { steps, isDone: false };
}

/** Only the first call of a message was ever executed. */
function readStep(message: Value, next: Value | undefined, place: Place): RecordedStep {
  const calls = memberIn(message, "tool_calls");
  const [call] = Array.isArray(calls) ? calls : [];
  if (call === undefined) return response(textIn(message), next);
  const called = memberIn(call, "function");
  const tool = memberIn(called, "name");
  const written = memberIn(called, "arguments") ?? "{}";
  if (typeof tool !== "string") return fail(inside(place, "tool_calls[0].function.name"), "a tool's name");
  const argumentsText = typeof written === "string" ? written : dump(written);
  if (tool === "respond") return response(contentOfRespond(argumentsText), next);
  const aside = textIn(message);
  if (memberIn(next, "role") !== "tool") return { kind: "call", tool, argumentsText, aside };
  return { kind: "call", tool, argumentsText, aside, observation: unwrapped(textIn(next)) };
}

function response(text: string, next: Value | undefined): RecordedStep {
  return { kind: "response", text, ...(memberIn(next, "role") === "user" && { reply: textIn(next) }) };
}

function contentOfRespond(argumentsText: string): string {
  try {
    const content = memberIn(parseJson(argumentsText), "content");
    return typeof content === "string" ? content : "";
  } catch (error) {
    if (error instanceof JsonSyntaxError) return "";
    throw error;
  }
}

/** One agent showed its model what a tool said as an assignment: `# var_3 = "..."`, the text inside left as it was. */
function unwrapped(observation: string): string {
  return /^# var_\d+ = "([^]*)"$/.exec(observation)?.[1] ?? observation;
}

function parse(file: string, text: string): Value {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    const state = cause.offset >= text.length ? "is truncated" : "is no JSON";
    throw new AegisError("import.bad_format", `${file} ${state}: ${cause.message}`, { cause, details: { file } });
  }
}

function memberIn(value: Value | undefined, key: string): Value | undefined {
  return isObject(value) ? value.get(key) : undefined;
}

function textIn(message: Value | undefined): string {
  const content = memberIn(message, "content");
  return typeof content === "string" ? content : "";
}

function objectAt(value: Value | undefined, place: Place): ValueObject {
  return isObject(value) ? value : fail(place, "an object");
}

function listAt(value: Value | undefined, place: Place): readonly Value[] {
  return Array.isArray(value) ? value : fail(place, "a list");
}

function inside(place: Place, key: string): Place {
  return { file: place.file, path: place.path === "" ? key : `${place.path}.${key}` };
}

function fail(place: Place, expected: string): never {
  const where = place.path === "" ? "at the top" : `at ${place.path}`;
  throw new AegisError(
    "import.bad_format",
    `${place.file} is no tau-bench result file: expected ${expected} ${where}`,
    {
      details: { file: place.file, place: place.path, expected },
    },
  );
}
