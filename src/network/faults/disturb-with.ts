import type { Clock, JsonObject } from "../../kernel/index.ts";
import {
  CONNECT_FAULT_NAMES,
  type Fault,
  type FaultHit,
  type FaultPlan,
  type FaultTarget,
  type InjectedFault,
  latencyOf,
  markerOf,
} from "../../fault/index.ts";
import type { ConnectionDisturbance, Disturb, DisturbConnection } from "../disturbance.ts";
import type { Exchange, SeenRequest } from "../exchange.ts";
import { headerOf } from "./answer-body.ts";
import { openEarlierExchanges } from "./earlier-exchanges.ts";
import { exchangeAct } from "./exchange-act.ts";
import { type FaultScene, type Sleep, sleepRealTime } from "./fault-act.ts";
import { openLastingFaults } from "./lasting-faults.ts";
import { methodsOf } from "./mcp/mcp-acts.ts";
import { jsonRpcCallOf, modelApiOf, type Protocol } from "./read-protocol.ts";

export interface NetworkFaultOptions {
  /** Each fault where it acts, once; a fault that finds nothing to act on is not told. */
  readonly onFault: (injected: InjectedFault) => void;
  readonly clock: Clock;
  /** The names that `mcp NAME` means, with what their addresses begin with; any other server has its host for a name. */
  readonly mcpServers?: Readonly<Record<string, string>>;
  /** Model calls that the boundary has seen already: `model` faults were its matter. None unless told. */
  readonly isSeenByBoundary?: (request: SeenRequest) => boolean;
  readonly sleep?: Sleep;
}

/** The faults of one trial at its network edge. */
export interface NetworkFaults {
  readonly disturb: Disturb;
  readonly disturbConnection: DisturbConnection;
  /** For the edge's `onExchange`: what was answered before is what a read that lags behind shows again. */
  remember(exchange: Exchange): void;
}

/** Turns a plan into what the edge can carry out. Windows of time count from here. */
export function disturbWith(plan: FaultPlan, options: NetworkFaultOptions): NetworkFaults {
  const { onFault, clock, sleep = sleepRealTime } = options;
  const startMs = clock.monotonicMs();
  const nowMs = () => clock.monotonicMs() - startMs;
  const tell = ({ fault, on }: FaultHit, detail: JsonObject) => onFault({ on, fault: fault.do.kind, detail });
  const earlier = openEarlierExchanges(plan);
  const lasting = openLastingFaults(({ hit }, detail) => tell(hit, detail));

  function sceneOf(hit: FaultHit, request: SeenRequest, protocol: Protocol): FaultScene {
    const marker = markerOf(hit.random);
    let isTold = false;
    return {
      hit,
      request,
      protocol,
      clock,
      sleep,
      marker,
      earlier: earlier.find(request),
      tell(more = {}) {
        if (isTold) return;
        isTold = true;
        const { side, do: action } = hit.fault;
        const hasMarker = JSON.stringify(action.parameters).includes("{marker}");
        tell(hit, { ...action.parameters, side, ...(hasMarker && { marker }), ...more });
      },
    };
  }

  return {
    disturb(request) {
      const protocol = protocolOf(request, options);
      const followed = lasting.follow(request, protocol);
      if (followed) return followed;
      const on = targetsOf(request, protocol);
      const hit = plan.next({ on, nowMs: nowMs(), among: (fault) => isMeant(fault, request, protocol) });
      if (!hit) return undefined;
      const scene = sceneOf(hit, request, protocol);
      const act = lasting.begin(scene) ?? exchangeAct(scene);
      return act && { fault: hit.fault.do.kind, ...act };
    },
    disturbConnection({ host, port }) {
      const on: FaultTarget = { boundary: "http", method: "CONNECT", host: `${host}:${port}`, path: "/" };
      const hit = plan.next({ on, nowMs: nowMs(), among: isOfConnections });
      const disturbance = hit && connectionDisturbance(hit);
      if (disturbance) tell(hit, { ...hit.fault.do.parameters, side: "before" });
      return disturbance;
    },
    remember: (exchange) => earlier.remember(exchange),
  };
}

/** What `http HOST` faults do before there is a request. */
function isOfConnections({ on, do: { kind } }: Fault): boolean {
  return on.trim().startsWith("http") && CONNECT_FAULT_NAMES.includes(kind);
}

const CONNECTION_KINDS: Readonly<Record<string, ConnectionDisturbance["kind"]>> = {
  "dns-failure": "name-not-found",
  "connection-refused": "refuse",
  "black-hole": "hang",
  "tls-invalid": "wrong-certificate",
  "tls-expired": "expired-certificate",
};

function connectionDisturbance({ fault, random }: FaultHit): ConnectionDisturbance | undefined {
  const kind = CONNECTION_KINDS[fault.do.kind];
  const delayMs = latencyOf(fault.do, random);
  return kind && { fault: fault.do.kind, kind, ...(delayMs !== undefined && { delayMs }) };
}

function protocolOf(request: SeenRequest, { mcpServers = {}, isSeenByBoundary }: NetworkFaultOptions): Protocol {
  const api = modelApiOf(request);
  if (api !== undefined) return { kind: "model", api, isSeenByBoundary: isSeenByBoundary?.(request) ?? false };
  const call = jsonRpcCallOf(request);
  if (!call) return { kind: "http" };
  const server = Object.entries(mcpServers).find(([, address]) => request.url.startsWith(address))?.[0];
  return { kind: "mcp", server: server ?? new URL(request.url).host, call };
}

function targetsOf({ method, url }: SeenRequest, protocol: Protocol): FaultTarget[] {
  const { host, pathname } = new URL(url);
  const http: FaultTarget = { boundary: "http", method, host, path: pathname };
  if (protocol.kind === "model") return protocol.isSeenByBoundary ? [http] : [{ boundary: "model" }, http];
  return protocol.kind === "mcp" ? [{ boundary: "mcp", name: protocol.server }, http] : [http];
}

function isMeant(fault: Fault, request: SeenRequest, protocol: Protocol): boolean {
  const isHttp = fault.on.trim().startsWith("http");
  // Through the proxy, these happened (or not) when the connection was made.
  if (request.mode !== "base-url" && isOfConnections(fault)) return false;
  const isAnyAddress = /^http(\s+\S+)?\s+\*+(\/\**)?$/.test(fault.on.trim());
  if (protocol.kind === "http") return !isAnyAddress || !isSubscription(request);
  // Whoever says "any address" means services; a model and an MCP server have faults of their own.
  if (isHttp) return !isAnyAddress;
  const methods = protocol.kind === "mcp" ? methodsOf(fault.do.kind) : undefined;
  return protocol.kind !== "mcp" || methods === undefined || methods.includes(protocol.call.method);
}

/** A stream that is kept open for news, as MCP's clients do, may never end: only who names its address means it. */
function isSubscription({ method, headers }: SeenRequest): boolean {
  return method === "GET" && headerOf(headers, "accept")?.trim().toLowerCase() === "text/event-stream";
}
