import { invariant } from "../kernel/index.ts";
import type { FaultAction } from "./fault.ts";

/** Parameters of a fault that was checked: they are there, and of the type their schema says. */
export function numberOf({ kind, parameters }: FaultAction, name: string): number {
  const value = parameters[name];
  invariant(typeof value === "number", `${kind} has a number ${name}`);
  return value;
}

export function textOf({ kind, parameters }: FaultAction, name: string): string {
  const value = parameters[name];
  invariant(typeof value === "string", `${kind} has a text ${name}`);
  return value;
}
