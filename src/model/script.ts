import type { AssistantMessage, Message, Usage } from "../domain/index.ts";
import type { Json, JsonObject, Random } from "../kernel/index.ts";
import type { ModelAnswer, ToolSchema } from "./language-model.ts";

/** A model that follows declared rules: the same on every machine, offline, without a price. */
export interface Script extends ScriptOptions {
  /** The first rule that matches answers. */
  readonly rules: readonly Rule[];
  /** Answers when no rule matches; without it the call fails with "model.script_exhausted". */
  readonly fallback?: Step;
}

/** The same in TypeScript, for what rules cannot say. Must not keep state: conversations run side by side. */
export interface ScriptFunction extends ScriptOptions {
  next(turn: ScriptTurn): Step | Promise<Step>;
}

export interface ScriptOptions {
  /** Always begins with `scripted/` (added when missing), so that no report takes it for a real model. */
  readonly id: string;
  readonly seed?: number;
  /** Told with every answer; without it tokens are approximated as a quarter of the characters. */
  readonly usage?: Usage;
  readonly latencyMs?: number;
}

export interface Rule {
  /** All its keys must hold; without it the rule always matches. */
  readonly when?: Condition;
  /** In [0, 1]: how often the rule answers when it matches; otherwise the next rules are tried. */
  readonly chance?: number;
  readonly then: Step;
}

/** Patterns are regular expressions, case ignored, `.` matching line ends. */
export interface Condition {
  /** The latest user message; its groups fill `{{user.1}}`. */
  readonly user?: string;
  /** Any user message, the latest that matches; its groups fill `{{anyUser.1}}`, and `{{user.1}}` where `user` is not asked. */
  readonly anyUser?: string;
  readonly system?: string;
  /** Tools the model has called in this conversation. */
  readonly called?: string | readonly string[];
  readonly notCalled?: string | readonly string[];
  /** The same since the latest user message. */
  readonly calledInTurn?: string | readonly string[];
  readonly notCalledInTurn?: string | readonly string[];
  readonly calledTimes?: CallCount;
  /** The tool whose result is the newest since the latest user message. */
  readonly lastTool?: string;
  /** Matched against the newest result as JSON. */
  readonly lastResult?: string;
  /** The newest result is an error: flagged so, an object with `error`, or a text that begins with "error". */
  readonly lastFailed?: true | string;
  /** Number of user messages so far, from 1. */
  readonly turn?: number;
  /** A tool the request offers. */
  readonly offered?: string;
  readonly all?: readonly Condition[];
  readonly any?: readonly Condition[];
  readonly not?: Condition;
}

export interface CallCount {
  readonly tool: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly exactly?: number;
}

/** What the model does: say something, call tools, both, or fail. Texts may hold templates, see `fillTemplate`. */
export interface Step {
  readonly say?: string;
  readonly call?: ScriptedCall | readonly ScriptedCall[];
  readonly reasoning?: string;
  readonly finishReason?: ModelAnswer["finishReason"];
  /** The provider fails: 429 becomes "model.rate_limited", everything else "model.unavailable". */
  readonly error?: { readonly status: number; readonly retryAfterMs?: number };
}

export interface ScriptedCall {
  readonly tool: string;
  readonly arguments?: JsonObject;
}

/** What a script function sees. */
export interface ScriptTurn {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSchema[];
  /** "" before the first user message. */
  readonly lastUser: string;
  /** Results of a tool, oldest first. */
  results(tool: string): readonly Json[];
  /** How often the model called a tool. */
  called(tool: string): number;
  /** The newest assistant message, if any. */
  readonly lastAnswer: AssistantMessage | null;
  /** Depends only on the seeds and the conversation so far. */
  readonly random: Random;
}
