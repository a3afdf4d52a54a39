import type { Id, JsonObject } from "../kernel/index.ts";
import type { CaseKind } from "./eval-case.ts";
import type { IsolationLevel } from "./isolation-level.ts";

/** One execution of one suite against one agent version: a set of trials. */
export interface EvalRun {
  readonly id: Id<"eval-run">;
  /** Unique, given by the user or made from suite and time. */
  readonly name: string;
  readonly suite: string;
  readonly agent: { readonly name: string; readonly version: string };
  /** Model ids seen in the logs. */
  readonly models: readonly string[];
  readonly origin: "run" | "import";
  readonly status: "running" | "finished" | "interrupted";
  readonly isolation: IsolationLevel;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** SHA-256 over what was asked; a comparison warns where they differ. */
  readonly hashes: { readonly suite: string; readonly dataset: string; readonly judge: string };
  readonly cases: readonly EvalRunCase[];
  /** Process that writes this run, to tell a live run from a dead one. */
  readonly owner: { readonly pid: number; readonly startedAtMs: number } | null;
  /** Git commit and branch, imported files, options: shown, never interpreted. */
  readonly attributes: JsonObject;
}

/** A case as this run was asked to try it. */
export interface EvalRunCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly tags: readonly string[];
  readonly trials: number;
  readonly passRate: number;
  /** SHA-256 of the case's content. */
  readonly hash: string;
  readonly file?: string;
}
