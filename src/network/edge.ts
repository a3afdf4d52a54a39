import type { Clock } from "../kernel/index.ts";
import type { Disturb, DisturbConnection } from "./disturbance.ts";
import type { EgressPolicy } from "./egress-policy.ts";
import type { EdgeAnswer, Exchange, SeenRequest } from "./exchange.ts";

/** The one way out of a trial: everything it says to the network passes here, is held to the policy and is told. */
export interface Edge extends AsyncDisposable {
  /** Base-URL mode: an address on loopback that stands for one origin, e.g. `http://127.0.0.1:40123` for `https://api.example.com`. */
  stand(origin: string): Promise<string>;
  /** Forward proxy: `http://127.0.0.1:PORT`; CONNECT is intercepted with certificates of the trial's own authority. */
  readonly proxyUrl: string;
  /** The authority's certificate, PEM. */
  readonly authorityPem: string;
  /** Variables that send programs through the proxy and make them trust it; `authorityFile`: where the PEM lies inside. */
  environment(authorityFile: string): Readonly<Record<string, string>>;
  /** Every port that the edge listens at: a sandbox's doors. */
  readonly ports: readonly number[];
}

export interface EdgeOptions {
  readonly clock: Clock;
  readonly policy: EgressPolicy;
  /** Where answers come from: the real upstream unless given. It throws "network.replay_miss" for what it does not know. */
  readonly source?: AnswerSource;
  readonly disturb?: Disturb;
  readonly disturbConnection?: DisturbConnection;
  /** Each exchange once, when it is over, in the order of their ends. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Bytes of a body that are kept for `onExchange`; what is beyond is passed on, and the exchange says that it is not whole. */
  readonly keptBodyBytesMax?: number;
  /** The addresses of a name: the system's resolver unless given. What it says is held to the policy all the same. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Authorities, PEM, that upstreams are trusted by, beside the usual ones. */
  readonly upstreamAuthorities?: readonly string[];
}

export type AnswerSource = (request: SeenRequest, signal: AbortSignal) => Promise<EdgeAnswer>;
