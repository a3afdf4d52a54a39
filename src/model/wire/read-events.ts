import type { JsonObject } from "../../kernel/index.ts";
import { objectOf, parseJson } from "./json-fields.ts";

/** The JSON objects of a server-sent event stream, in order. Comments, end marks and a last event cut short are left out. */
export function readEvents(text: string): JsonObject[] {
  return text.split(/\r\n\r\n|\n\n|\r\r/).flatMap((block) => {
    const lines = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
    const value = parseJson(lines.map((line) => line.slice(line[5] === " " ? 6 : 5)).join("\n"));
    const event = objectOf(value);
    return Object.keys(event).length > 0 ? [event] : [];
  });
}

/** Whether a body is a stream of events, whatever its content type says. */
export function isEventStream(text: string): boolean {
  return /^\uFEFF?\s*(?:data|event|id|retry)?:/.test(text);
}
