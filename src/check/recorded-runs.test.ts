import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import { log } from "./log-builder.test-kit.ts";
import { measureRepeats } from "./measure-repeats.ts";

const folder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
const expectedFile = join(folder, "expected.json");

interface Recording {
  readonly key: string;
  readonly events: readonly RunEvent[];
}

interface RecordedCall {
  readonly id: string;
  readonly function?: { readonly name: string; readonly arguments: string };
  readonly name?: string;
  readonly arguments?: Json;
  readonly requestor?: string;
}

interface RecordedMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly RecordedCall[] | null;
  readonly tool_call_id?: string;
  readonly id?: string;
  readonly error?: boolean;
}

/** Each call with its own result right behind it, as the recordings' own figures count them. */
function toEvents(messages: readonly RecordedMessage[]): readonly RunEvent[] {
  const events = log("agent");
  messages.forEach((message, index) => {
    if (message.role !== "assistant") return;
    for (const call of message.tool_calls ?? []) {
      const answer = messages
        .slice(index + 1)
        .find((each) => each.role === "tool" && (each.tool_call_id ?? each.id) === call.id);
      const text = answer?.content ?? "";
      const isError = answer?.error ?? text.startsWith("Error");
      const given = call.function ? parsed(call.function.arguments) : (call.arguments ?? {});
      events.tool(call.function?.name ?? call.name ?? "", given, text, {
        ...(isError && { error: text }),
        isOpen: answer === undefined,
      });
    }
  });
  return events.events();
}

/** The raw text where the model's JSON was broken, as the log keeps it. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function readRecordings(file: string): Recording[] {
  const content: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
  if (Array.isArray(content)) {
    const results = content as readonly { task_id: number; trial: number; traj: readonly RecordedMessage[] }[];
    return results.map(({ task_id, trial, traj }) => ({ key: `${task_id}#${trial}`, events: toEvents(traj) }));
  }
  const { simulations } = content as {
    simulations: readonly { task_id: string; trial: number; messages: readonly RecordedMessage[] }[];
  };
  return simulations.map(({ task_id, trial, messages }) => ({
    key: `${task_id}#${trial}`,
    events: toEvents(messages),
  }));
}

interface Figures {
  readonly repeat_consecutive_ge2: readonly string[];
  readonly repeat_consecutive_ge3: readonly string[];
  readonly no_progress_repeat_ge2: readonly string[];
  readonly no_progress_repeat_ge3: readonly string[];
  readonly retries_right_after_error: number;
  readonly longest_no_progress_run: number;
}

const files = existsSync(expectedFile)
  ? ["tau1", "tau2"].flatMap((part) =>
      readdirSync(join(folder, part))
        .filter((name) => name.endsWith(".json"))
        .map((name) => `${part}/${name}`),
    )
  : [];

const noRecordings = "no recordings: set AEGIS_DATA to their folder";

test.for(files.length > 0 ? files : [noRecordings])(
  "%s: repeats and retries are those counted independently",
  (file, context) => {
    if (file === noRecordings) context.skip(noRecordings);
    const expected = (JSON.parse(readFileSync(expectedFile, "utf8")) as Record<string, Figures>)[file];
    expect(expected).toBeDefined();
    const measured = readRecordings(file).map(({ key, events }) => ({ key, repeats: measureRepeats(events) }));
    const keysWith = (isMeant: (repeats: ReturnType<typeof measureRepeats>) => boolean) =>
      measured
        .filter(({ repeats }) => isMeant(repeats))
        .map(({ key }) => key)
        .sort();
    expect({
      repeat_consecutive_ge2: keysWith(({ repeatConsecutive }) => repeatConsecutive >= 2),
      repeat_consecutive_ge3: keysWith(({ repeatConsecutive }) => repeatConsecutive >= 3),
      no_progress_repeat_ge2: keysWith(({ noProgressRepeat }) => noProgressRepeat >= 2),
      no_progress_repeat_ge3: keysWith(({ noProgressRepeat }) => noProgressRepeat >= 3),
      retries_right_after_error: measured.reduce((sum, { repeats }) => sum + repeats.retriesRightAfterError, 0),
      longest_no_progress_run: Math.max(...measured.map(({ repeats }) => repeats.noProgressRepeat)),
    }).toEqual({
      repeat_consecutive_ge2: expected?.repeat_consecutive_ge2.toSorted(),
      repeat_consecutive_ge3: expected?.repeat_consecutive_ge3.toSorted(),
      no_progress_repeat_ge2: expected?.no_progress_repeat_ge2.toSorted(),
      no_progress_repeat_ge3: expected?.no_progress_repeat_ge3.toSorted(),
      retries_right_after_error: expected?.retries_right_after_error,
      longest_no_progress_run: expected?.longest_no_progress_run,
    });
  },
);
