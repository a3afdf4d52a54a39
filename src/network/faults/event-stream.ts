import type { Json } from "../../kernel/index.ts";
import { headerOf, type WholeAnswer } from "./answer-body.ts";
import { parseJson } from "./read-protocol.ts";

/** One event of a server-sent stream. */
export interface StreamEvent {
  readonly name?: string;
  readonly data: string;
  /** As it came, with the blank line behind it. */
  readonly text: string;
}

export function isEventStream({ headers }: Pick<WholeAnswer, "headers">): boolean {
  return headerOf(headers, "content-type")?.toLowerCase().startsWith("text/event-stream") ?? false;
}

/** The events of a whole stream; what has no data (comments, signs of life) is an event with data "". */
export function readEvents(text: string): StreamEvent[] {
  return (text.match(/[^]*?(?:\r\n\r\n|\n\n|\r\r)|[^]+$/g) ?? []).map((block) => {
    const fields = block.split(/\r\n|\n|\r/).map((line) => /^(event|data)(?:: ?(.*))?$/s.exec(line) ?? []);
    const name = fields.findLast(([, field]) => field === "event")?.[2];
    const data = fields.flatMap(([, field, value = ""]) => (field === "data" ? [value] : [])).join("\n");
    return { ...(name !== undefined && { name }), data, text: block };
  });
}

export function streamEvent(data: Json | string, name?: string): StreamEvent {
  const line = typeof data === "string" ? data : JSON.stringify(data);
  return {
    ...(name !== undefined && { name }),
    data: line,
    text: `${name === undefined ? "" : `event: ${name}\n`}data: ${line}\n\n`,
  };
}

export function writeEvents(events: readonly StreamEvent[]): string {
  return events.map(({ text }) => text).join("");
}

export function jsonOf({ data }: StreamEvent): Json | undefined {
  return data === "" ? undefined : parseJson(data);
}
