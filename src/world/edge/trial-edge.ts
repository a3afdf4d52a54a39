import type { Clock } from "../../kernel/index.ts";
import type { CaseNetwork, MicroUsd, NewEvent, Usage } from "../../domain/index.ts";
import type { Fault } from "../../fault/index.ts";

/** The network as one trial sees it. */
export interface TrialEdge extends AsyncDisposable {
  /** The same variables, with addresses of services on the host's loopback replaced by the edge's own. */
  through(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  /** An address of the trial's model endpoint, which logs by itself what passes there. */
  throughModel(baseUrl: string): Promise<string>;
  /** Variables that send programs through the proxy; none where nothing but services may be reached. */
  readonly proxyEnv: Readonly<Record<string, string>>;
  /** PEM of the authority that programs have to trust for that. */
  readonly authorityPem: string | undefined;
  /** Ends every exchange, writes what was recorded, and tells what a recording did not hold. */
  end(): Promise<EdgeEnd>;
}

export interface EdgeEnd {
  /** Requests that were not in the cassette, each with the nearest recorded one. */
  readonly misses: readonly string[];
  /** Recorded exchanges that nobody asked for. */
  readonly unconsumed: number;
  /** Values hidden before anything was stored, by kind. */
  readonly redacted: Readonly<Record<string, number>>;
}

export interface TrialEdgeOptions {
  readonly network: CaseNetwork | undefined;
  /** Those of the trial's faults that act on the network. */
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly clock: Clock;
  readonly append: (event: NewEvent) => void;
  readonly costOf: (call: { readonly model: string; readonly usage: Usage }) => MicroUsd | null;
  /** Values of the environment that must not be stored anywhere. */
  readonly secrets: readonly string[];
}

/** Does a trial need an edge at all? */
export function needsEdge({ network, faults }: Pick<TrialEdgeOptions, "network" | "faults">): boolean {
  return network !== undefined || faults.length > 0;
}
