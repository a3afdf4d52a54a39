import { setTimeout as after } from "node:timers/promises";
import { AegisError } from "../../kernel/index.ts";
import type { ConnectionDisturbance } from "../disturbance.ts";
import { authorityOf, type Origin } from "../message/request-target.ts";
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
