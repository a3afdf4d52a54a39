import type { EffectError, RunEvent } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { prompts } from "../../log/index.ts";

/** Of one run; what is beyond is not searched. */
const WORDS_LENGTH_MAX = 256 * 1024;
/** Of one value: a page that a tool fetched must not push out what people said. */
const VALUE_LENGTH_MAX = 8 * 1024;

/** The text by which a run is found: what was said first, then what was called and came back, then what was told aside. */
export function wordsText(events: readonly RunEvent[]): string {
  const said = events.flatMap(saidIn);
  const done = events.flatMap(doneIn);
  // Earlier turns and instructions, where the log holds them in its first prompt alone.
  const asked = (prompts(events)[0]?.messages ?? []).map((message) => ("content" in message ? message.content : ""));
  const texts = [...said, ...done, ...asked]
    .filter((text) => text !== "")
    .map((text) => (text.length > VALUE_LENGTH_MAX ? text.slice(0, VALUE_LENGTH_MAX) : text));
  const length = texts.reduce((sum, text) => sum + text.length + 1, 0);
  // What is said again takes no room from what is not.
  return length <= WORDS_LENGTH_MAX ? texts.join("\n") : [...new Set(texts)].join("\n").slice(0, WORDS_LENGTH_MAX);
}

function saidIn(event: RunEvent): string[] {
  if (event.type === "message.received" || event.type === "message.sent") return [event.content];
  if (event.type === "model.returned") return [event.message?.content ?? "", event.message?.reasoning ?? ""];
  return [];
}

function doneIn(event: RunEvent): string[] {
  switch (event.type) {
    case "run.started":
      return [event.agent.name, event.agent.version, event.user?.id ?? "", event.sessionId ?? "", aside(event)];
    case "model.called":
      return [event.model];
    case "tool.called":
      return [event.tool, shown(event.arguments)];
    case "tool.returned":
      return [shown(event.result), ...wrong(event.error)];
    case "model.returned":
      return wrong(event.error);
    case "approval.requested":
      return [event.reason];
    case "run.ended":
      return wrong(event.error);
    default:
      return [];
  }
}

/** Its kind, as timelines and findings call it, and what it says. */
function wrong(error: EffectError | undefined): string[] {
  return error === undefined ? [] : [error.name, error.message];
}

/** What was told of the run itself; the schemas of its tools are nobody's words. */
function aside({ attributes }: RunEvent<"run.started">): string {
  const { tools: _schemas, ...rest } = attributes ?? {};
  return shown(rest);
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : valuesIn(value).join(" ");
}

/** The values of a structure; names of members are its form, not its words. */
function valuesIn(value: Json, depth = 0): string[] {
  if (value === null || depth > 32) return [];
  if (typeof value !== "object") return [String(value)];
  return Object.values(value as Readonly<Record<string, Json | undefined>>).flatMap((member) =>
    member === undefined ? [] : valuesIn(member, depth + 1),
  );
}
