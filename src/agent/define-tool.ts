import type { FlexibleSchema } from "ai";
import type { SourceReference, ToolDeclaration, ToolPurpose, ToolRisk } from "../domain/index.ts";
import type { JsonObject } from "../kernel/index.ts";
import { inputJsonSchema } from "./input-json-schema.ts";

/** A zod schema, any Standard Schema, or the AI SDK's own `jsonSchema(...)`. */
export type InputSchema<Input> = FlexibleSchema<Input>;

export interface ToolCallContext {
  readonly callId: string;
  /** The same for every repetition of one call: send it along as the idempotency key. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal | undefined;
}

export interface ToolOptions<Input, Output> {
  readonly name: string;
  readonly description: string;
  /** Of the arguments: zod as a rule. */
  readonly input: InputSchema<Input>;
  /** `read` unless told: a tool that changes anything should say so. */
  readonly risk?: ToolRisk;
  /** Safe to run twice with the same idempotency key; reads are. */
  readonly idempotent?: boolean;
  /** Asks a person before running: always, or for some arguments. */
  readonly needsApproval?: boolean | ((input: Input) => boolean);
  readonly permissions?: readonly string[];
  /**
   * `retrieval` for a read and `action` for anything else unless told. After a failure, an `action` counts as guessing; a
   * `draft`, an `escalation` or a `notification` (a message that a colleague is looking into it) does not.
   */
  readonly purpose?: ToolPurpose;
  /** The documents behind a result, so that checks can tell whether they were the latest. */
  readonly sources?: (output: Output) => readonly SourceReference[];
  /** What kind of data a result holds, e.g. `["internal"]`. */
  readonly labels?: (output: Output) => readonly string[];
  /** Finds out whether a call in doubt took place: its output, or undefined when it did not. */
  readonly reconcile?: (input: Input, context: ToolCallContext) => Promise<Output | undefined>;
  readonly execute: (input: Input, context: ToolCallContext) => Promise<Output> | Output;
}

const DETAILS = Symbol.for("aegis.tool");

/** A tool as the AI SDK takes it (`tools: { [name]: tool }`), carrying what the boundary and the checks need to know. */
export interface DefinedTool<Input = unknown, Output = unknown> {
  readonly description: string;
  readonly inputSchema: InputSchema<Input>;
  readonly execute: (input: Input, options: AiSdkCallOptions) => Promise<Output>;
  readonly [DETAILS]: ToolDetails;
}

export interface ToolDetails {
  readonly declaration: ToolDeclaration;
  readonly needsApproval: (input: unknown) => boolean;
  readonly sources?: (output: unknown) => readonly SourceReference[];
  readonly labels?: (output: unknown) => readonly string[];
  readonly reconcile?: (input: unknown, context: ToolCallContext) => Promise<unknown>;
  /** What does not fit the tool's input schema; undefined when all does. For arguments no model wrote. */
  readonly complaint: (input: unknown) => Promise<string | undefined>;
  /** The input schema as JSON Schema; undefined where the schema cannot tell. For those who have no code of the tool. */
  readonly inputSchema: () => JsonObject | undefined;
}

interface AiSdkCallOptions {
  readonly toolCallId: string;
  readonly abortSignal?: AbortSignal | undefined;
  readonly [CALL_CONTEXT]?: ToolCallContext;
}

/** How the boundary hands the call's context through the AI SDK's own call options. */
export const CALL_CONTEXT = Symbol.for("aegis.tool-call-context");

/** Defines a tool once, for the AI SDK, for function agents and for the checks. */
export function defineTool<Input, Output>(options: ToolOptions<Input, Output>): DefinedTool<Input, Output> {
  return {
    description: options.description,
    inputSchema: options.input,
    execute: async (input, call) => options.execute(input, call[CALL_CONTEXT] ?? bareContext(call)),
    [DETAILS]: detailsOf(options),
  };
}

/** What `defineTool` attached, or undefined for a plain AI SDK tool. */
export function toolDetails(tool: unknown): ToolDetails | undefined {
  return typeof tool === "object" && tool !== null ? (tool as Partial<DefinedTool>)[DETAILS] : undefined;
}

function detailsOf<Input, Output>(options: ToolOptions<Input, Output>): ToolDetails {
  const { needsApproval = false, risk = "read" } = options;
  return {
    declaration: {
      name: options.name,
      risk,
      isIdempotent: options.idempotent ?? risk === "read",
      needsApproval: needsApproval !== false,
      permissions: options.permissions ?? [],
      purpose: options.purpose ?? (risk === "read" ? "retrieval" : "action"),
    },
    complaint: (input) => complaintOf(options.input, input),
    inputSchema: () => inputJsonSchema(options.input),
    needsApproval: typeof needsApproval === "function" ? (input) => needsApproval(input as Input) : () => needsApproval,
    ...(options.sources && { sources: options.sources as (output: unknown) => readonly SourceReference[] }),
    ...(options.labels && { labels: options.labels as (output: unknown) => readonly string[] }),
    ...(options.reconcile && { reconcile: options.reconcile as NonNullable<ToolDetails["reconcile"]> }),
  };
}

/** The AI SDK reads every kind of schema; it is loaded when a person has edited arguments, and not before. */
async function complaintOf(schema: InputSchema<unknown>, input: unknown): Promise<string | undefined> {
  const { asSchema } = await import("ai");
  const checked = await asSchema(schema).validate?.(input);
  return checked === undefined || checked.success ? undefined : checked.error.message;
}

function bareContext(call: AiSdkCallOptions): ToolCallContext {
  return { callId: call.toolCallId, idempotencyKey: call.toolCallId, signal: call.abortSignal };
}
