import { z } from "zod";
import { durationSchema } from "../duration.ts";
import type { FaultBoundary } from "../fault-target.ts";

export type FaultFamily = "connection" | "time" | "status" | "body" | "semantic" | "stream" | "model" | "mcp";
export type FaultSide = "before" | "after";

/** One thing that can go wrong: what a user may write under `do`. */
export interface FaultKind {
  readonly name: string;
  readonly family: FaultFamily;
  readonly fits: readonly FaultBoundary[];
  /** The first is meant where none is said. */
  readonly sides: readonly [FaultSide, ...FaultSide[]];
  /** One sentence; `{name}` stands for a parameter. */
  readonly meaning: string;
  /** Every parameter has a default, and its unit last in its name. */
  readonly parameters: z.ZodObject;
  /** The parameter that is meant where a value stands alone: `timeout: 5s`. */
  readonly short?: string;
}

interface FaultKindShape extends Omit<FaultKind, "family" | "parameters" | "sides"> {
  readonly sides?: FaultKind["sides"];
  readonly parameters?: z.ZodRawShape;
}

export const ANYWHERE: readonly FaultBoundary[] = ["tool", "model", "http", "mcp"];
/** Where bytes of an answer are seen. */
export const ON_THE_WIRE: readonly FaultBoundary[] = ["http", "model", "mcp"];
export const EITHER_SIDE = ["before", "after"] as const;

export function faultKinds(family: FaultFamily, kinds: readonly FaultKindShape[]): FaultKind[] {
  return kinds.map(({ parameters = {}, sides = ["before"], ...kind }) => ({
    ...kind,
    family,
    sides,
    parameters: z.strictObject(parameters),
  }));
}

export const wait = (defaultMs: number, about: string) => durationSchema().default(defaultMs).describe(about);

export const share = (value: number, about: string) => z.number().min(0).max(1).default(value).describe(about);

export const count = (value: number, about: string, max = 1_000_000) =>
  z.number().int().min(1).max(max).default(value).describe(about);

/** A dotted path; where none is given, the fault chooses by the seed. */
export const field = () =>
  z.string().max(200).default("").describe("dotted path of the field; chosen by the seed where none is given");

export const text = (value: string, about: string) => z.string().max(20_000).default(value).describe(about);
