import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Price } from "../model/index.ts";
import type { AgentRules } from "../trace/detectors/index.ts";

export type AiSdkModel = LanguageModelV4;

/** Settings of a project, in `aegis.config.ts`. Everything has a default. */
export interface ConfigOptions {
  /** Agent name to the file that defines it; `agents/<name>.ts` is found without. */
  readonly agents?: Readonly<Record<string, string>>;
  /** Globs of suite files. */
  readonly suites?: string | readonly string[];
  /** Path of the store, `.aegis/store.db` unless told; or a Postgres address (`postgres://...`). */
  readonly store?: string;
  /** How `aegis serve` serves. */
  readonly serve?: ServeOptions;
  /** Prices over the built-in table, in micro-USD per million tokens. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** What agents may do, by their names: detectors hold their runs against it. See docs/concepts/traces.md. */
  readonly rules?: Readonly<Record<string, AgentRules>>;
  /** The model that judges ask. */
  readonly judge?: { readonly model: AiSdkModel };
  /** The model that simulated users without a script speak through. */
  readonly simulatedUser?: { readonly model: AiSdkModel };
  /** Folder of judge calibrations; `evals/calibrations` unless told. */
  readonly calibrations?: string;
  /** Trials at a time; the number of processors unless told. */
  readonly concurrency?: number;
}

export interface ServeOptions {
  /** 127.0.0.1 unless told; any other needs `auth`. */
  readonly host?: string;
  /** 4100 unless told. */
  readonly port?: number;
  /** A file with a world factory: services the agents need while you try them, as a suite's world. */
  readonly world?: string;
  /** Asks callers who they are: API keys of the store always, tokens of an issuer where `jwt` names one. */
  readonly auth?: { readonly jwt?: JwtOptions };
  /** Whether webhooks may lead to private addresses; they may where nobody is asked who they are. */
  readonly webhooks?: { readonly allowsPrivate?: boolean };
  /** What every user may do and see, as `user.grants` of a case. */
  readonly grants?: readonly string[];
  /** Take trials of `aegis eval run --workers restate` too. Who can write to the store can then run the project's files. */
  readonly trials?: boolean;
  /** Runs are handed to several processes through this Restate server; without it, this process performs them. */
  readonly restate?: RestateOptions;
  /** How long a process that hands over may work on its runs; 30 s unless told. */
  readonly drainMs?: number;
  /** A collector that is told of every run of the project's agents, by OTLP over HTTP. */
  readonly export?: ExportOptions;
}

export interface ExportOptions {
  /** E.g. `http://localhost:4318`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: "protobuf" | "json";
  /** Also what was said: prompts, answers, arguments and results. */
  readonly content?: boolean;
}

export interface RestateOptions {
  /** Where Restate takes messages, e.g. `http://127.0.0.1:8080`. */
  readonly ingressUrl: string;
  /** Where Restate is told of workers, e.g. `http://127.0.0.1:9070`; without it somebody else registers them. */
  readonly adminUrl?: string;
  /** Where this process listens for Restate; a free port of 127.0.0.1 unless told. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Where Restate reaches this process and all others with the same code: a balancer, as a rule. */
  readonly advertisedUrl?: string;
  /** Public keys of the Restate servers that may hand over runs; a must beyond this machine. */
  readonly identityKeys?: readonly string[];
}

export interface JwtOptions {
  /** The address of the issuer's public keys. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  readonly userClaim?: string;
  readonly roleClaim?: string;
  readonly scopeClaim?: string;
}

export function defineConfig(options: ConfigOptions): ConfigOptions {
  return options;
}
