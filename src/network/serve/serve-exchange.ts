import type { BeforeUpstream } from "../disturbance.ts";
import { holdBody } from "../message/hold-body.ts";
import { readTarget, targetAt } from "../message/request-target.ts";
import { carryOut, fail, sendAnswer, type Turn } from "./answer-client.ts";
import { asking } from "./ask-for-answer.ts";
import type { ClientSide } from "./client-side.ts";
import type { Connection } from "./connection.ts";
import { CLIENT_LEFT, type EdgeState, ruleFor, standBehind } from "./edge-state.ts";
import { openRecord } from "./exchange-record.ts";
import { meetPlainConnection } from "./meet-connection.ts";
import { joinWebSocket, type UpgradingSocket } from "./join-websocket.ts";

/** One request from its head to the end of its answer. Never throws; tells the exchange once. */
export async function serveExchange(
  state: EdgeState,
  client: ClientSide,
  connection: Connection,
  upgrading?: UpgradingSocket,
): Promise<void> {
  const { method, headers, httpVersion, target } = client;
  const record = openRecord(state, { mode: connection.mode, method, url: target, headers, httpVersion });
  const leaving = state.enter();
  const turn: Turn = { state, client, connection, record, signal: leaving.signal };
  client.onGone(() => leaving.abort(CLIENT_LEFT));
  try {
    await perform(turn, upgrading);
  } catch (thrown) {
    await fail(turn, thrown);
  } finally {
    // Lets go of an answer that nobody has read to its end.
    leaving.abort(CLIENT_LEFT);
    record.tell();
    state.leave(leaving);
  }
}

async function perform(turn: Turn, upgrading?: UpgradingSocket): Promise<void> {
  const { state, client, connection, record, signal } = turn;
  const asked = readTarget(connection.route, client);
  const stand = connection.route.kind === "proxy" ? standBehind(state, asked) : undefined;
  const target = stand ? targetAt(stand.origin, asked.path) : asked;
  record.target(target.url);
  const rule = ruleFor(state, stand ?? connection.route, target);
  if (!stand && (await meetPlainConnection(turn, target))) return;
  const { bodyBytesMax } = state.limits;
  const held = await holdBody(client.body, state.options.keptBodyBytesMax ?? bodyBytesMax, state.budget);
  const seen = record.held(held);
  record.requestEnded();
  signal.throwIfAborted();

  const disturbance = state.options.disturb?.(seen);
  if (disturbance) record.fault(disturbance.fault);
  const before: BeforeUpstream = (await disturbance?.before?.(signal)) ?? { kind: "go-on" };
  if (before.kind !== "go-on") return carryOut(turn, before, "fault");
  const mayBePrivate = rule.isPrivate === true;
  if (upgrading) return joinWebSocket(turn, { target, mayBePrivate, upgrading });
  const ask = asking(turn, { target, seen, held, mayBePrivate, body: before.body });
  const deliveryCount = held.rest === undefined || before.body ? (before.deliveryCount ?? 1) : 1;
  for (let earlier = 1; earlier < deliveryCount; earlier += 1) await readToEnd((await ask()).body);
  const answer = await ask();
  if (!disturbance?.after) return sendAnswer(turn, answer);
  return carryOut(turn, await disturbance.after(answer, signal));
}

async function readToEnd(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}
