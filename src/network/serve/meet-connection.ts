import { setTimeout as after } from "node:timers/promises";
import { AegisError } from "../../kernel/index.ts";
import type { ConnectionDisturbance } from "../disturbance.ts";
import { problemAnswer } from "../message/problem-answer.ts";
import { authorityOf, type Origin } from "../message/request-target.ts";
import { carryOut, type Turn } from "./answer-client.ts";
import type { EdgeState } from "./edge-state.ts";

/** Asks whether a fault acts on a new connection, and waits as long as it says. */
export async function meetConnection(
  { options }: EdgeState,
  { host, port }: Origin,
  signal: AbortSignal,
): Promise<ConnectionDisturbance | undefined> {
  const disturbance = options.disturbConnection?.({ host, port });
  if (disturbance?.delayMs !== undefined) await after(disturbance.delayMs, undefined, { signal });
  return disturbance;
}

/** What a proxy says of a connection that came to nothing; undefined for the kinds that are not said but done. */
export function connectionFailure(kind: ConnectionDisturbance["kind"], origin: Origin): AegisError | undefined {
  const name = authorityOf(origin);
  switch (kind) {
    case "refuse":
      return new AegisError("network.upstream_failed", `connect ECONNREFUSED ${name}`);
    case "name-not-found":
      return new AegisError("network.upstream_failed", `getaddrinfo ENOTFOUND ${origin.host}`);
    case "go-on":
    case "reset":
    case "hang":
    case "wrong-certificate":
    case "expired-certificate":
      return undefined;
    default:
      return kind satisfies never;
  }
}

/**
 * A plain request through the proxy is a new connection for each target it names first; CONNECT is met as it comes.
 *
 * @returns whether the fault has ended the exchange
 */
export async function meetPlainConnection(turn: Turn, target: Origin): Promise<boolean> {
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
