import { ToolFailure } from "./python-operations.ts";
import type { State } from "./state.ts";
import type { Value, ValueObject } from "./value.ts";

/** What the agent reads. Null only where the original returned nothing and then crashed. */
export type Observation = string | null;

export interface Tool {
  readonly name: string;
  /** All are required; their order is that of `parameters.required` in the tool's schema. */
  readonly parameters: readonly string[];
  readonly canWrite: boolean;
  /** @throws {ToolFailure} for a refusal or an exception */
  run(state: State, kwargs: ValueObject): Observation;
}

type Run<Parameter extends string> = (state: State, kwargs: Readonly<Record<Parameter, Value>>) => Observation;

export function readingTool<const Parameters extends readonly string[]>(
  name: string,
  parameters: Parameters,
  run: Run<Parameters[number]>,
): Tool {
  return { name, parameters, canWrite: false, run: (state, kwargs) => run(state, namedArguments(kwargs)) };
}

export function writingTool<const Parameters extends readonly string[]>(
  name: string,
  parameters: Parameters,
  run: Run<Parameters[number]>,
): Tool {
  return { name, parameters, canWrite: true, run: (state, kwargs) => run(state, namedArguments(kwargs)) };
}

/** Refuses arguments the way Python's call does: `data` twice, then the first unknown one, then all missing ones. */
export function checkArguments(tool: Tool, kwargs: ValueObject, domainName: string): void {
  const invoke = `${className(tool.name)}.invoke()`;
  if (kwargs.has("data")) {
    const path = `tau_bench.envs.${domainName}.tools.${tool.name}`;
    throw new ToolFailure(`${path}.${invoke} got multiple values for keyword argument 'data'`);
  }
  for (const key of kwargs.keys()) {
    if (!tool.parameters.includes(key)) throw new ToolFailure(`${invoke} got an unexpected keyword argument '${key}'`);
  }
  const missing = tool.parameters.filter((parameter) => !kwargs.has(parameter)).map((parameter) => `'${parameter}'`);
  if (missing.length === 0) return;
  const noun = missing.length === 1 ? "argument" : "arguments";
  throw new ToolFailure(`${invoke} missing ${missing.length} required positional ${noun}: ${enumeration(missing)}`);
}

/** `checkArguments` has seen to it that all parameters are there. */
function namedArguments<Parameter extends string>(kwargs: ValueObject): Record<Parameter, Value> {
  return Object.fromEntries(kwargs) as Record<Parameter, Value>;
}

function className(toolName: string): string {
  return toolName.replaceAll(/(?:^|_)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}

function enumeration(words: readonly string[]): string {
  if (words.length < 3) return words.join(" and ");
  return `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`;
}
