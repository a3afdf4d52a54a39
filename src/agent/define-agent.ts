import { AegisError, type Json } from "../kernel/index.ts";
import type { Message } from "../domain/index.ts";
import type { AgentContext } from "./agent-context.ts";

/** The AI SDK's agent interface, as far as we call it: `ToolLoopAgent` has it. */
export interface AiSdkAgent {
  /** Asked with `{ messages, abortSignal }`; `never`, because each agent types these by its own tools. */
  generate(options: never): PromiseLike<AiSdkResult>;
}

export interface AiSdkResult {
  readonly text: string;
  /** What all steps of the turn added: calls, their results and the answer. `response.messages` holds the last step only. */
  readonly responseMessages: readonly unknown[];
}

/** What a function agent is given for each turn. */
export interface AgentTurn {
  /** The user's message. */
  readonly message: string;
  /** The case's structured input where it has one, else the message. */
  readonly input: Json;
  /** The conversation so far, this message included. */
  readonly messages: readonly Message[];
  readonly context: AgentContext;
  readonly signal: AbortSignal;
}

interface AgentCommon {
  readonly name: string;
  /** Shown in reports and compared between runs: raise it with every change of prompt, model or tools. */
  readonly version: string;
}

/** The four ways to bring an agent. */
export type AgentOptions = AgentCommon &
  (
    | {
        /** An AI SDK agent (`new ToolLoopAgent(...)`), or a function that makes one from the context. */
        readonly agent: AiSdkAgent | ((context: AgentContext) => AiSdkAgent | Promise<AiSdkAgent>);
      }
    | {
        /** A function from a turn to an answer. */
        readonly run: (turn: AgentTurn) => unknown;
      }
    | {
        /** A program in any language: JSON on stdin and in AEGIS_INPUT, the answer on stdout. */
        readonly command: readonly string[];
        /** Relative to the file that defines the agent. */
        readonly cwd?: string;
        readonly env?: Readonly<Record<string, string>>;
      }
    | {
        /** An HTTP endpoint: each turn is a POST of JSON, the answer is JSON or text. */
        readonly url: string;
        readonly headers?: Readonly<Record<string, string>>;
      }
  );

const AGENT = Symbol.for("aegis.agent");

export type AgentDefinition = AgentOptions & { readonly [AGENT]: true };

/**
 * Declares an agent. Its model and tool calls cross the boundary, so that it is traced, replayable and can be
 * disturbed, without a rewrite of the agent itself.
 *
 * @throws {AegisError} "agent.bad_definition" when the name or version is empty or none of the four forms is given
 */
export function defineAgent(options: AgentOptions): AgentDefinition {
  const forms = ["agent", "run", "command", "url"].filter((form) => form in options);
  if (!options.name || !options.version || forms.length !== 1) {
    throw new AegisError(
      "agent.bad_definition",
      `defineAgent needs a name, a version and one of agent, run, command, url; got ${JSON.stringify(Object.keys(options))}`,
    );
  }
  return { ...options, [AGENT]: true };
}

export function isAgentDefinition(value: unknown): value is AgentDefinition {
  return typeof value === "object" && value !== null && (value as Partial<AgentDefinition>)[AGENT] === true;
}
