import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolder, hasData, ofType, onlyLog, outline, rawData, readData, readValue } from "./recording.test-kit.ts";

function filesIn(folder: string): string[] {
  if (!hasData) return [];
  return readdirSync(join(dataFolder, folder), { recursive: true })
    .map((file) => `${folder}/${String(file)}`)
    .filter((path) => path.endsWith(".json") && !path.endsWith("labels.json"));
}

test.each(filesIn("swe_agent"))("%s: every step is a model call and a command with its result", (path) => {
  const raw = rawData(path) as {
    readonly trajectory: readonly {
      readonly action: string;
      readonly observation: string;
      readonly response: string;
    }[];
    readonly info: {
      readonly submission?: string;
      readonly exit_status: string;
      readonly model_stats: { readonly instance_cost: number };
    };
  };
  const read = readData(path);
  const { events, taskId, costMicroUsd } = onlyLog(read);
  expect(read).toMatchObject({ format: "swe-agent", refused: [] });
  expect(path).toContain(`/${taskId}.traj.json`);
  expect(costMicroUsd).toBe(Math.round(raw.info.model_stats.instance_cost * 1e6));
  expect(ofType(events, "model.returned").map(({ message }) => message?.content)).toEqual(
    raw.trajectory.map(({ response }) => response),
  );
  expect(ofType(events, "tool.called").map((call) => call.arguments)).toEqual(
    raw.trajectory.map(({ action }) => ({ command: action })),
  );
  expect(ofType(events, "tool.returned").map(({ result, error }) => error?.message ?? result)).toEqual(
    raw.trajectory.map(({ observation }) => observation),
  );
  expect(ofType(events, "message.sent").map(({ content }) => content)).toEqual(
    raw.info.submission ? [raw.info.submission] : [],
  );
  const isSubmitted = raw.info.exit_status.startsWith("submitted");
  expect(ofType(events, "run.ended")[0]?.outcome).toBe(isSubmitted ? "answered" : "failed");
});

test("SWE-agent: instructions from the history, an end that is no submission, a name that tells no task", () => {
  const history = [
    { role: "system", content: "You are in a shell.", agent: "main" },
    { role: "user", content: "Fix it.", agent: "main" },
    { role: "assistant", content: "ls" },
  ];
  const trajectory = [{ action: "ls", observation: "Error: no", response: "ls" }];
  const log = onlyLog(readValue({ environment: "x", trajectory, history, info: { exit_status: "exit_cost" } }));
  expect(log.taskId).toBeNull();
  expect(outline(log.events)).toEqual([
    "run.started",
    "system: You are in a shell.",
    "user: Fix it.",
    "model unknown < 2",
    "model > ls",
    'shell({"command":"ls"})',
    "! Error: no",
    "ended: failed (exit_cost)",
  ]);
});

test.each(filesIn("who_when"))("%s: every entry of the history is in the log, in order", (path) => {
  const raw = rawData(path) as {
    readonly history: readonly { readonly content: string; readonly role?: string; readonly name?: string }[];
    readonly mistake_agent: string;
    readonly mistake_step: string;
    readonly question_ID: string;
  };
  const read = readData(path);
  const { events, taskId, verdicts, success } = onlyLog(read);
  const said = events.flatMap((event) => {
    if (event.type === "message.received") return [event.content];
    return event.type === "model.returned" ? [event.message?.content] : [];
  });
  const contents = raw.history.map(({ content }) => content);
  expect(said.slice(-contents.length)).toEqual(contents);
  expect(said.length - contents.length).toBeLessThanOrEqual(1);
  const speakers = ofType(events, "run.started")[0]?.attributes?.["speakers"] as readonly string[];
  expect(speakers.slice(-contents.length)).toEqual(raw.history.map(({ name, role }) => name ?? role));
  expect(speakers).toHaveLength(said.length);
  expect({ taskId, success, format: read.format }).toEqual({
    taskId: raw.question_ID,
    success: { isPass: false, score: 0 },
    format: "who-when",
  });
  expect(verdicts[1]?.explanation).toContain(`The mistake is ${raw.mistake_agent}'s, at step ${raw.mistake_step}: `);
});

test("Who&When: agents among themselves send nothing, terminals think nothing", () => {
  const history = [
    { role: "human", content: "How many?" },
    { role: "Orchestrator (thought)", content: "Ask." },
    { name: "Computer_terminal", role: "user", content: "exitcode: 0" },
    { name: "Counter", role: "assistant", content: "8" },
  ];
  expect(outline(onlyLog(readValue({ question: "How many?", history })).events)).toEqual([
    "run.started",
    "user: How many?",
    "model unknown < 1",
    "model > Ask.",
    "system: exitcode: 0",
    "model unknown < 2",
    "model > 8",
    "sent: 8",
    "ended: answered",
  ]);
});
