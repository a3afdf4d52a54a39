import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Price } from "../model/index.ts";

export type AiSdkModel = LanguageModelV4;

/** Settings of a project, in `aegis.config.ts`. Everything has a default. */
export interface ConfigOptions {
  /** Agent name to the file that defines it; `agents/<name>.ts` is found without. */
  readonly agents?: Readonly<Record<string, string>>;
  /** Globs of suite files. */
  readonly suites?: string | readonly string[];
  /** Path of the store; `.aegis/store.db` unless told. */
  readonly store?: string;
  /** Prices over the built-in table, in micro-USD per million tokens. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** The model that judges ask. */
  readonly judge?: { readonly model: AiSdkModel };
  /** Folder of judge calibrations; `evals/calibrations` unless told. */
  readonly calibrations?: string;
  /** Trials at a time; the number of processors unless told. */
  readonly concurrency?: number;
}

export function defineConfig(options: ConfigOptions): ConfigOptions {
  return options;
}
