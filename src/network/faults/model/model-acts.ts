import { isJsonObject } from "../../../kernel/index.ts";
import { changeReply, jsonChange, type ModelReply } from "../../../fault/index.ts";
import type { EdgeAnswer } from "../../exchange.ts";
import { answerThatFlows, answerWith, bodyOf, type WholeAnswer } from "../answer-body.ts";
import { onWhole } from "../body-acts.ts";
import { isEventStream, readEvents } from "../event-stream.ts";
import type { FaultAct, FaultScene } from "../fault-act.ts";
import { type ModelApi, parseJson } from "../read-protocol.ts";
import { anthropicWire } from "./anthropic-wire.ts";
import type { ModelWire } from "./model-wire.ts";
import { openAiChatWire } from "./openai-chat-wire.ts";
import { openAiResponsesWire } from "./openai-responses-wire.ts";

const WIRES: Readonly<Record<ModelApi, ModelWire>> = {
  "openai-chat": openAiChatWire,
  "openai-responses": openAiResponsesWire,
  anthropic: anthropicWire,
};

/** Faults of what a model says, written as its provider writes; undefined for others. */
export function modelAct(scene: FaultScene): FaultAct | undefined {
  const { hit, protocol, marker } = scene;
  const { do: action } = hit.fault;
  if (protocol.kind !== "model" || hit.target.boundary !== "model" || STREAMED.has(action.kind)) return undefined;
  const onSaid = SAID.has(action.kind) ? jsonChange(action, { random: hit.random, marker }) : undefined;
  const change = onSaid
    ? (reply: ModelReply) => ({ ...reply, text: String(onSaid(reply.text, { asked: null })) })
    : changeReply(action);
  if (!change) return undefined;
  return onWhole(scene, (whole) => changedAnswer(whole, WIRES[protocol.api], change));
}

/** Of the body's faults, those that are about what is said, and not about bytes. */
const SAID: ReadonlySet<string> = new Set(["injected-prompt"]);

/** On the wire these happen to the stream's events. */
const STREAMED: ReadonlySet<string> = new Set(["cut-mid-token", "no-terminator", "duplicate-event", "reorder-events"]);

function changedAnswer(
  whole: WholeAnswer,
  wire: ModelWire,
  change: (reply: ModelReply) => ModelReply,
): EdgeAnswer | undefined {
  if (whole.status !== 200) return undefined;
  const isStream = isEventStream(whole);
  const text = whole.body.toString("utf8");
  const body = isStream ? wire.fromEvents(readEvents(text)) : parseJson(text);
  if (!isJsonObject(body)) return undefined;
  const before = wire.read(body);
  const after = change(before);
  if (JSON.stringify(after) === JSON.stringify(before)) return undefined;
  const changed = wire.write(body, { before, after });
  if (!isStream) return answerWith(whole, JSON.stringify(changed));
  return answerThatFlows(whole, bodyOf(...wire.toEvents(changed).map((event) => Buffer.from(event.text))));
}
