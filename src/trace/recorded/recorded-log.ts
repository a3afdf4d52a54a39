import {
  isEvent,
  type MicroUsd,
  microUsdFromUsd,
  type NewEvent,
  sumMicroUsd,
  type Verdict,
} from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import { buildLog } from "./build-log.ts";
import { whyOverLimit } from "./log-limits.ts";
import { UnreadableRow } from "./read-rows.ts";
import type { RecordedSuccess } from "./read-success.ts";
import type { RecordedConversation } from "./recorded-conversation.ts";
import type { RecordingFormat } from "./recording-format.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { sha256 } from "./sha256.ts";

/** A conversation recorded by others, as a log. */
export interface RecordedLog {
  /** The same whenever, and from whichever file, the conversation is read: known ones need not be written again. */
  readonly externalId: string;
  readonly where: string;
  readonly session: string | null;
  readonly taskId: string | null;
  /** null where the file does not say. */
  readonly success: RecordedSuccess | null;
  /** The deciding verdict first, then finer labels that do not gate. */
  readonly verdicts: readonly Verdict[];
  /** As the file counts it for the whole, else the sum of its calls; null is unknown. */
  readonly costMicroUsd: MicroUsd | null;
  readonly events: readonly NewEvent[];
}

interface Source {
  readonly format: RecordingFormat;
  /** The row that the conversation stands in. */
  readonly raw: Json;
  readonly nowMs: number;
}

/** @throws {UnreadableRow} for what no log can be made of */
export function logOfConversation(conversation: RecordedConversation, { format, raw, nowMs }: Source): RecordedLog {
  const { ownId, where, session, taskId, success, verdicts, messages, ending } = conversation;
  // A run that crashed before it said anything is one all the same.
  if (messages.length === 0 && !ending?.error) throw new UnreadableRow("holds no conversation");
  const externalId = `${format}:${ownId ?? sha256(canonicalJson(raw)).slice(0, 32)}`;
  const events = buildLog(conversation, {
    nowMs,
    ...(session !== null && { sessionId: session }),
    attributes: { format, externalId, ...(taskId !== null && { taskId }) },
  });
  // Text of arguments is read as JSON too, however deep that is.
  for (const event of events) refuseDeep(event as unknown as Json);
  const tooMuch = whyOverLimit(events);
  if (tooMuch !== undefined) throw new UnreadableRow(tooMuch);
  const costMicroUsd = costOf(conversation, events);
  if (!events.every(isEvent) || !Number.isFinite(costMicroUsd ?? 0))
    throw new UnreadableRow("holds a number that is too great for a log");
  return { externalId, where, session, taskId, success, verdicts, costMicroUsd, events };
}

function costOf({ costUsd }: RecordedConversation, events: readonly NewEvent[]): MicroUsd | null {
  if (costUsd !== null) return microUsdFromUsd(costUsd);
  const calls = events.flatMap((event) => (event.type === "model.returned" ? [event.costMicroUsd] : []));
  return calls.length === 0 ? null : sumMicroUsd(calls);
}
