import { AegisError, LIMITS } from "../../kernel/index.ts";
import type { Authority } from "../authority/open-authority.ts";
import { decideEgress } from "../egress/decide-egress.ts";
import { isPublicAddress } from "../address/index.ts";
import type { EdgeOptions } from "../edge.ts";
import type { EgressRule } from "../egress-policy.ts";
import type { Exchange } from "../exchange.ts";
import { type ByteBudget, openByteBudget } from "../message/byte-budget.ts";
import type { Origin, Route, StandRoute } from "../message/request-target.ts";
import type { UpstreamPool } from "../upstream/upstream-pool.ts";

/** What all connections of one edge share. */
export interface EdgeState {
  readonly options: EdgeOptions;
  readonly limits: EdgeLimits;
  readonly authority: Authority;
  readonly pool: UpstreamPool;
  readonly budget: ByteBudget;
  /** The origins that listeners stand for, by port. */
  readonly stands: Map<number, Origin>;
  /** Raised when the client leaves or the edge closes. To be handed back when its exchange was told. */
  enter(): AbortController;
  leave(exchange: AbortController): void;
  /** Ends every exchange, and resolves when all were told. */
  end(): Promise<void>;
  nextIndex(): number;
  tell(exchange: Exchange): void;
}

export interface EdgeLimits {
  readonly bodyBytesMax: number;
  readonly heldBytesMax: number;
  readonly headBytesMax: number;
  readonly headTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly connectionsMax: number;
}

export const EDGE_LIMITS: EdgeLimits = {
  bodyBytesMax: LIMITS.edgeBodyBytesMax,
  heldBytesMax: LIMITS.edgeHeldBytesMax,
  headBytesMax: LIMITS.edgeHeadBytesMax,
  headTimeoutMs: LIMITS.edgeHeadTimeoutMs,
  requestTimeoutMs: LIMITS.edgeRequestTimeoutMs,
  connectTimeoutMs: LIMITS.edgeConnectTimeoutMs,
  connectionsMax: LIMITS.edgeConnectionsMax,
};

/** Why the signal of an exchange was raised. */
export const CLIENT_LEFT = new AegisError("network.client_left", "the program closed the connection");
export const EDGE_CLOSED = new AegisError("network.client_left", "the trial ended before the answer did", { fix: "" });

export function openEdgeState(
  options: EdgeOptions,
  parts: { readonly limits: EdgeLimits; readonly authority: Authority; readonly pool: UpstreamPool },
): EdgeState {
  let index = 0;
  let isClosed = false;
  let whenIdle: (() => void) | undefined;
  const running = new Set<AbortController>();
  return {
    options,
    ...parts,
    budget: openByteBudget(parts.limits.heldBytesMax),
    stands: new Map(),
    enter() {
      const exchange = new AbortController();
      running.add(exchange);
      if (isClosed) exchange.abort(EDGE_CLOSED);
      return exchange;
    },
    leave(exchange) {
      running.delete(exchange);
      if (running.size === 0) whenIdle?.();
    },
    async end() {
      isClosed = true;
      for (const exchange of running) exchange.abort(EDGE_CLOSED);
      if (running.size > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
    },
    nextIndex: () => index++,
    tell: (exchange) => options.onExchange?.(exchange),
  };
}

/** Programs that send everything through the proxy send there what is meant for a listener of the edge, too. */
export function standBehind({ stands }: EdgeState, { host, port }: Origin): StandRoute | undefined {
  const origin = host === "127.0.0.1" || host === "localhost" ? stands.get(port) : undefined;
  return origin && { kind: "stand", origin, standPort: port };
}

/** @throws {AegisError} "network.egress_refused" */
export function ruleFor({ options }: EdgeState, route: Route, { host, port }: Origin): EgressRule {
  // The world names what a listener stands for, and a service of the world lives on this machine.
  if (route.kind === "stand" && (host === "localhost" || isPrivateAddressLiteral(host))) {
    return { host, ports: [port], isPrivate: true };
  }
  return decideEgress(options.policy, host, port);
}

function isPrivateAddressLiteral(host: string): boolean {
  return /^[\d.]+$|:/.test(host) && !isPublicAddress(host);
}
