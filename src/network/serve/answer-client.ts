import type { AfterUpstream } from "../disturbance.ts";
import type { EdgeAnswer, Exchange } from "../exchange.ts";
import { endToEndHeaders } from "../message/header-list.ts";
import { asAegisError, problemAnswer } from "../message/problem-answer.ts";
import type { ClientSide } from "./client-side.ts";
import type { Connection } from "./connection.ts";
import type { EdgeState } from "./edge-state.ts";
import type { ExchangeRecord } from "./exchange-record.ts";
import { untilAborted } from "./until-aborted.ts";

/** What one exchange carries through its steps. */
export interface Turn {
  readonly state: EdgeState;
  readonly client: ClientSide;
  readonly connection: Connection;
  readonly record: ExchangeRecord;
  readonly signal: AbortSignal;
}

/** @param from who made it, where that is not the one who answers anyway */
export async function carryOut(turn: Turn, outcome: AfterUpstream, from?: Exchange["from"]): Promise<void> {
  const { client, record, signal } = turn;
  if (from) record.madeBy(from);
  switch (outcome.kind) {
    case "answer":
      return sendAnswer(turn, outcome.answer);
    case "reset":
      return client.reset();
    case "hang":
      return untilAborted(signal);
    default:
      return outcome satisfies never;
  }
}

/** Each piece as it comes; breaks off, by throwing, where the answer does. */
export async function sendAnswer({ client, record, signal }: Turn, answer: EdgeAnswer): Promise<void> {
  const headers = endToEndHeaders(answer.headers);
  client.head(answer.status, headers, answer.trailers !== undefined);
  record.head(answer.status, headers);
  for await (const bytes of answer.body) {
    signal.throwIfAborted();
    record.chunk(bytes);
    const drained = client.write(bytes);
    if (drained) await drained;
  }
  signal.throwIfAborted();
  client.end(answer.trailers?.() ?? []);
  record.whole();
}

/** Says what went wrong where the client can still be told, and breaks off where an answer has begun. */
export async function fail(turn: Turn, thrown: unknown): Promise<void> {
  const { client, record, signal } = turn;
  const error = asAegisError(signal.aborted ? signal.reason : thrown);
  record.failed(error);
  if (signal.aborted || record.hasHead) return client.cut();
  if (error.code === "network.egress_refused" || error.code === "network.bad_request") record.madeBy("policy");
  if (error.code === "network.bad_request") client.last();
  try {
    await sendAnswer(turn, problemAnswer(error));
  } catch {
    client.cut();
  }
}
