import { AegisError } from "../../kernel/index.ts";
import { LOGGED_HEADER } from "../../agent/index.ts";
import { openFaultPlan } from "../../fault/index.ts";
import {
  type CassetteWriter,
  disturbWith,
  type Edge,
  type EdgeAnswer,
  type Exchange,
  type NetworkFaults,
  openCassetteWriter,
  openEdge,
  openRedactor,
  readCassette,
  replaySource,
  type ReplaySource,
  type SeenRequest,
} from "../../network/index.ts";
import { exchangeLogger } from "./log-exchange.ts";
import { loopbackOrigins, ServiceNames } from "./service-names.ts";
import type { EdgeEnd, TrialEdge, TrialEdgeOptions } from "./trial-edge.ts";

/** Where the trial's program keeps the authority's certificate, see `trustAuthority`; set there. */
const LOOPBACK = "127.0.0.1,localhost,::1";

/**
 * The edge of one trial, with the case's policy, cassette and faults, telling its log what passed.
 * @throws {AegisError} "network.bad_cassette", "fault.*"
 */
export async function openTrialEdge(options: TrialEdgeOptions): Promise<TrialEdge> {
  const { network, clock } = options;
  const replay = network?.replay;
  const source =
    replay && replaySource(await readCassette(replay.cassette), { pace: replay.pace, clock, secrets: options.secrets });
  const writer =
    network?.record === undefined
      ? undefined
      : await openCassetteWriter(network.record, { recordedAtMs: clock.nowMs(), secrets: options.secrets });
  const parts = new EdgeParts(options, source, writer);
  const edge = await openEdge({
    clock,
    policy: { allow: network?.allow ?? [] },
    disturb: (request) => parts.disturb(request),
    disturbConnection: (target) => parts.faults.disturbConnection(target),
    onExchange: (exchange) => parts.hear(exchange),
    ...(source && { source: (request: SeenRequest, signal: AbortSignal) => parts.answer(request, signal) }),
  });
  return parts.around(edge);
}

class EdgeParts {
  readonly faults: NetworkFaults;
  readonly #options: TrialEdgeOptions;
  readonly #source: ReplaySource | undefined;
  readonly #writer: CassetteWriter | undefined;
  readonly #names = new ServiceNames();
  readonly #log: (exchange: Exchange) => Promise<void>;
  readonly #redactor;
  readonly #redacted: Record<string, number> = {};
  readonly #misses: string[] = [];
  #modelEdge: Promise<Edge> | undefined;
  #logging: Promise<void> = Promise.resolve();
  #end: Promise<EdgeEnd> | undefined;

  constructor(options: TrialEdgeOptions, source: ReplaySource | undefined, writer: CassetteWriter | undefined) {
    const { faults, seed, append, clock } = options;
    this.#options = options;
    this.#source = source;
    this.#writer = writer;
    this.#log = exchangeLogger(options);
    this.#redactor = openRedactor({ secrets: options.secrets });
    this.faults = disturbWith(openFaultPlan({ faults, seed }), {
      clock,
      isSeenByBoundary: isMarked,
      onFault: ({ on, fault, detail }) =>
        append({ type: "fault.injected", witness: "edge", atMs: clock.nowMs(), on, fault, detail }),
    });
  }

  disturb(request: SeenRequest) {
    return this.faults.disturb(this.#lasting(request));
  }

  async answer(request: SeenRequest, signal: AbortSignal): Promise<EdgeAnswer> {
    if (this.#source === undefined) throw new Error("no recording");
    try {
      return await this.#source(this.#lasting(request), signal);
    } catch (error) {
      if (error instanceof AegisError && error.code === "network.replay_miss") this.#misses.push(error.message);
      throw error;
    }
  }

  hear(exchange: Exchange): void {
    const lasting = { ...exchange, request: this.#lasting(exchange.request) };
    this.faults.remember(lasting);
    const { exchange: clean, counts } = this.#redactor.redactExchange(lasting);
    for (const [kind, count] of Object.entries(counts)) this.#redacted[kind] = (this.#redacted[kind] ?? 0) + count;
    this.#logging = this.#logging.then(async () => {
      await this.#writer?.append(lasting);
      await this.#log(clean);
    });
  }

  around(edge: Edge): TrialEdge {
    const { network } = this.#options;
    const isOpen = network !== undefined && (network.allow.length > 0 || network.replay !== undefined);
    const stood = new Map<string, string>();
    const stand = async (origin: string): Promise<string> => {
      const before = stood.get(origin) ?? (await edge.stand(origin));
      stood.set(origin, before);
      return before;
    };
    return {
      proxyEnv: isOpen ? { ...edge.environment(""), ...WITHOUT_FILES, NO_PROXY: LOOPBACK, no_proxy: LOOPBACK } : {},
      authorityPem: isOpen ? edge.authorityPem : undefined,
      through: async (env) => {
        const changed: Record<string, string> = {};
        for (const [variable, value] of Object.entries(env)) {
          let text = value;
          for (const origin of loopbackOrigins(value)) {
            this.#names.name(origin, variable);
            text = text.replaceAll(origin, await stand(origin));
          }
          changed[variable] = text;
        }
        return changed;
      },
      throughModel: async (baseUrl) => {
        // What is never disturbed needs nobody in between.
        if (!this.#options.faults.some(({ on }) => on.startsWith("model"))) return baseUrl;
        const { origin } = new URL(baseUrl);
        this.#modelEdge ??= this.#openModelEdge();
        return (await (await this.#modelEdge).stand(origin)) + baseUrl.slice(origin.length);
      },
      end: () => (this.#end ??= this.#endWith(edge)),
      [Symbol.asyncDispose]: async () => void (await (this.#end ??= this.#endWith(edge))),
    };
  }

  /** The trial's own model endpoint is no service that flakes, and is in no recording: an edge of its own. */
  async #openModelEdge(): Promise<Edge> {
    const { faults, seed, clock } = this.#options;
    const own = faults.filter(({ on }) => on.startsWith("model"));
    const { disturb } = disturbWith(openFaultPlan({ faults: own, seed }), {
      clock,
      isSeenByBoundary: isMarked,
      onFault: ({ on, fault, detail }) =>
        this.#options.append({ type: "fault.injected", witness: "edge", atMs: clock.nowMs(), on, fault, detail }),
    });
    return openEdge({
      clock,
      policy: { allow: [] },
      // What a program tells of itself is no call of a model.
      disturb: (request) => (request.url.endsWith("/v1/traces") ? undefined : disturb(request)),
    });
  }

  async #endWith(edge: Edge): Promise<EdgeEnd> {
    await edge[Symbol.asyncDispose]();
    await (await this.#modelEdge)?.[Symbol.asyncDispose]();
    await this.#logging;
    await this.#writer?.close();
    return {
      misses: this.#misses,
      unconsumed: this.#source?.unconsumed().length ?? 0,
      redacted: this.#redacted,
    };
  }

  #lasting(request: SeenRequest): SeenRequest {
    return { ...request, url: this.#names.lasting(request.url) };
  }
}

/** Set by the trial's program, which knows where it may write. */
const WITHOUT_FILES = { NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: "", REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "" };

function isMarked({ headers }: SeenRequest): boolean {
  return headers.some(([name]) => name.toLowerCase() === LOGGED_HEADER);
}
