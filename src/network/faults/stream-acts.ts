import { isJsonObject } from "../../kernel/index.ts";
import { numberOf, textOf } from "../../fault/index.ts";
import { answerThatFlows, bodyOf, brokenBody, type WholeAnswer } from "./answer-body.ts";
import { onWhole } from "./body-acts.ts";
import { isEventStream, jsonOf, readEvents, streamEvent, type StreamEvent, writeEvents } from "./event-stream.ts";
import type { FaultAct, FaultScene } from "./fault-act.ts";
import { errorBody } from "./status-answer.ts";

/** Faults of streams; undefined for others. An answer that is no stream is cut as one, and else left alone. */
export function streamAct(scene: FaultScene): FaultAct | undefined {
  const { do: action } = scene.hit.fault;
  switch (action.kind) {
    case "cut-mid-event":
      return onWhole(scene, (whole) => brokenOff(whole, midEvent(whole, numberOf(action, "share"))));
    case "cut-mid-utf8":
      return onWhole(scene, (whole) => brokenOff(whole, midCharacter(whole.body, numberOf(action, "share"))));
    case "pings-only":
      return pingsOnly(scene, numberOf(action, "everyMs"));
    default: {
      const change = eventsChange(scene);
      return change && onWhole(scene, (whole) => onEvents(whole, change));
    }
  }
}

type EventsChange = (events: readonly StreamEvent[]) => readonly StreamEvent[] | undefined;

function eventsChange({ hit, protocol }: FaultScene): EventsChange | undefined {
  const { do: action } = hit.fault;
  switch (action.kind) {
    case "cut-mid-token":
      return (events) => events.slice(0, placeOf(events, numberOf(action, "share")));
    case "no-terminator":
      return withoutEnd;
    case "error-event": {
      const message = textOf(action, "message");
      const body = errorBody({ status: 529, message }, protocol);
      const isResponses = protocol.kind === "model" && protocol.api === "openai-responses";
      const error = isResponses
        ? { type: "error", code: "server_error", message, param: null, sequence_number: 0 }
        : body;
      // Chat completions name no events; MCP's messages are all of one name.
      const isUnnamed = protocol.kind === "mcp" || (protocol.kind === "model" && protocol.api === "openai-chat");
      return (events) => [
        ...events.slice(0, placeOf(events, numberOf(action, "share"))),
        streamEvent(error, isUnnamed ? undefined : "error"),
      ];
    }
    case "duplicate-event":
      return (events) => {
        const index = placeOf(events, numberOf(action, "share"));
        const event = events[index];
        return event && events.toSpliced(index, 0, event);
      };
    case "reorder-events":
      return (events) => {
        const index = Math.min(placeOf(events, numberOf(action, "share")), events.length - 2);
        const [first, second] = [events[index], events[index + 1]];
        return first && second && events.toSpliced(index, 2, second, first);
      };
    default:
      return undefined;
  }
}

function onEvents(whole: WholeAnswer, change: EventsChange) {
  if (!isEventStream(whole)) return undefined;
  const events = readEvents(whole.body.toString("utf8"));
  const changed = change(events);
  if (!changed || writeEvents(changed) === writeEvents(events)) return undefined;
  return answerThatFlows(whole, bodyOf(...changed.map(({ text }) => Buffer.from(text))));
}

function brokenOff(whole: WholeAnswer, bytes: Buffer) {
  return whole.body.length === 0 ? undefined : answerThatFlows(whole, brokenBody(bytes));
}

/** After about this share of the events that say something, never before the first of them. */
function placeOf(events: readonly StreamEvent[], share: number): number {
  const places = events.flatMap(({ data }, index) => (data === "" ? [] : [index]));
  const wanted = Math.min(Math.max(1, Math.floor(places.length * share)), places.length - 1);
  return places[wanted] ?? 0;
}

function midEvent(whole: WholeAnswer, share: number): Buffer {
  if (!isEventStream(whole))
    return whole.body.subarray(0, Math.min(Math.round(whole.body.length * share), whole.body.length - 1));
  const events = readEvents(whole.body.toString("utf8"));
  const index = placeOf(events, share);
  const { text } = events[index] ?? { text: "" };
  return Buffer.from(writeEvents(events.slice(0, index)) + text.slice(0, Math.floor(text.length / 2)));
}

/** Inside the first character of several bytes from there on; where there is none, one is begun. */
function midCharacter(body: Buffer, share: number): Buffer {
  const from = Math.min(Math.round(body.length * share), Math.max(0, body.length - 1));
  const found = [...range(from, body.length), ...range(0, from)].find((index) => (body[index] ?? 0) >= 0xc0);
  if (found !== undefined) return body.subarray(0, found + 1);
  return Buffer.concat([body.subarray(0, from), Buffer.from([0xe2, 0x82])]);
}

function* range(from: number, to: number): Generator<number> {
  for (let index = from; index < to; index += 1) yield index;
}

/** The end as each protocol writes it; elsewhere the last event. */
function withoutEnd(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const end = events.findIndex((event) => {
    const data = jsonOf(event);
    if (event.data === "[DONE]" || !isJsonObject(data)) return event.data === "[DONE]";
    const [choice] = Array.isArray(data["choices"]) ? (data["choices"] as readonly unknown[]) : [];
    const isLastChunk = isJsonObject(choice) && typeof choice["finish_reason"] === "string";
    return isLastChunk || ["message_stop", "response.completed", "response.incomplete"].includes(String(data["type"]));
  });
  const last = events.findLastIndex(({ data }) => data !== "");
  return events.slice(0, end === -1 ? last : end);
}

function pingsOnly(scene: FaultScene, everyMs: number): FaultAct {
  const isAnthropic = scene.protocol.kind === "model" && scene.protocol.api === "anthropic";
  const ping = Buffer.from(isAnthropic ? streamEvent({ type: "ping" }, "ping").text : ": ping\n\n");
  return {
    after: async (answer, signal) => {
      if (!isEventStream(answer)) return { kind: "answer", answer };
      scene.tell();
      await answer.body[Symbol.asyncIterator]().return?.();
      const pings = async function* (): AsyncGenerator<Uint8Array> {
        for (;;) {
          yield ping;
          await scene.sleep(everyMs, signal);
        }
      };
      return { kind: "answer", answer: answerThatFlows(answer, pings()) };
    },
  };
}
