import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AegisError, type Json } from "../../kernel/index.ts";
import type { EvalCase, InputTurn } from "../../domain/index.ts";
import type { CaseInput } from "./case-schema.ts";

export interface CaseDefaults {
  readonly kind: EvalCase["kind"];
  readonly tags: readonly string[];
  readonly passRate?: number;
}

/** Must every trial pass? For something that once worked, yes; for something still being learned, half is a start. */
const PASS_RATE = { regression: 1, capability: 0.5 } as const;

/** Fills in defaults and reads fixtures. */
export function finishCase(options: {
  readonly input: CaseInput;
  readonly folder: string;
  readonly file?: string;
  readonly defaults: CaseDefaults;
}): EvalCase {
  const { input, folder, file, defaults } = options;
  const kind = input.kind ?? defaults.kind;
  const { why, from, expected, trials, timeoutMs, world = {} } = input;
  const { clock, modelReplay, userReplay } = world;
  return {
    id: input.id,
    kind,
    tags: [...new Set([...defaults.tags, ...(input.tags ?? [])])],
    input: turns(input.input),
    user: input.user ? { id: input.user.id, grants: input.user.grants ?? [] } : null,
    world: {
      state: readFixtures(world.state ?? {}, folder, file ?? input.id),
      env: world.env ?? {},
      approvals: world.approvals ?? [],
      ...(clock !== undefined && { clock }),
      ...(modelReplay && { modelReplay: modelReplay as NonNullable<EvalCase["world"]["modelReplay"]> }),
      ...(userReplay && { userReplay }),
    },
    metadata: input.metadata ?? {},
    checks: input.checks ?? [],
    passRate: input.pass?.rate ?? defaults.passRate ?? PASS_RATE[kind],
    ...(why !== undefined && { why }),
    ...(from && { from }),
    ...(expected !== undefined && { expected }),
    ...(trials !== undefined && { trials }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(file !== undefined && { file }),
  };
}

function turns(input: CaseInput["input"]): InputTurn[] {
  const list = typeof input === "string" ? [input] : input;
  return list.map((turn) => (typeof turn === "string" ? { user: turn } : (turn as InputTurn)));
}

/** A text that names a JSON file is read; any other value is the state itself. */
function readFixtures(state: Readonly<Record<string, Json>>, folder: string, where: string): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      if (typeof value !== "string" || !value.endsWith(".json")) return [name, value];
      return [name, readFixture(resolve(folder, value), `${where}: world.state.${name}`)];
    }),
  );
}

function readFixture(path: string, where: string): Json {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new AegisError("case.missing_fixture", `${where} names ${path}, which cannot be read`, {
      cause,
      details: { path },
    });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new AegisError("case.bad_file", `${path}: no valid JSON: ${(cause as Error).message}`, {
      cause,
      details: { path },
    });
  }
}
