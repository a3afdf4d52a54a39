import type { BeforeUpstream } from "../disturbance.ts";
import type { EdgeAnswer, SeenRequest } from "../exchange.ts";
import { endToEndHeaders } from "../message/header-list.ts";
import { type HeldBody, holdBody } from "../message/hold-body.ts";
import { problemAnswer } from "../message/problem-answer.ts";
import { authorityOf, readTarget, type Target, targetAt } from "../message/request-target.ts";
import { askUpstream } from "../upstream/ask-upstream.ts";
import { carryOut, fail, sendAnswer, type Turn } from "./answer-client.ts";
import type { ClientSide } from "./client-side.ts";
import type { Connection } from "./connection.ts";
import { CLIENT_LEFT, type EdgeState, ruleFor, standBehind } from "./edge-state.ts";
import { openRecord } from "./exchange-record.ts";
import { connectionFailure, meetConnection } from "./meet-connection.ts";
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
  if (!stand && (await isConnectionDisturbed(turn, target))) return;
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

interface Question {
  readonly target: Target;
  readonly seen: SeenRequest;
  readonly held: HeldBody;
  readonly mayBePrivate: boolean;
  /** Instead of what the client sent. */
  readonly body: Uint8Array | undefined;
}

function asking(turn: Turn, { target, seen, held, mayBePrivate, body }: Question): () => Promise<EdgeAnswer> {
  const { state, client, signal } = turn;
  const { source } = state.options;
  if (source) return () => source(body ? { ...seen, body, bodyIsWhole: true } : seen, signal);
  return () =>
    askUpstream(state.pool, {
      method: seen.method,
      target,
      headers: seen.headers,
      body: body ?? held.bytes,
      ...(held.rest && !body && { rest: held.rest }),
      mayBePrivate,
      connectTimeoutMs: state.limits.connectTimeoutMs,
      signal,
      onInformation: (status, headers) => client.inform(status, endToEndHeaders(headers)),
    });
}

/** A plain request through the proxy is a new connection for each target it names first. CONNECT is met as it comes. */
async function isConnectionDisturbed(turn: Turn, target: Target): Promise<boolean> {
  const { state, connection, record, signal } = turn;
  const name = authorityOf(target);
  if (!state.options.disturbConnection || connection.route.kind !== "proxy" || connection.met.has(name)) return false;
  connection.met.add(name);
  const disturbance = await meetConnection(state, target, signal);
  if (!disturbance) return false;
  record.fault(disturbance.fault);
  const failure = connectionFailure(disturbance.kind, target);
  if (failure) {
    record.failed(failure);
    await carryOut(turn, { kind: "answer", answer: problemAnswer(failure) }, "fault");
    return true;
  }
  if (disturbance.kind !== "reset" && disturbance.kind !== "hang") return false;
  await carryOut(turn, { kind: disturbance.kind }, "fault");
  return true;
}

async function readToEnd(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}
