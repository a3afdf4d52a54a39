import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseFaults } from "../../fault/spec/index.ts";
import { AegisError, type Json, type JsonObject } from "../../kernel/index.ts";
import type { CaseMemory, CaseNetwork, CaseService, EvalCase, InputTurn, Message } from "../../domain/index.ts";
import type { CaseInput } from "./case-schema.ts";
import { finishReplay } from "./finish-replay.ts";

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
      ...(world.replay && finishReplay(world.replay, { folder, where: file ?? input.id })),
      ...(world.files !== undefined && { files: resolve(folder, world.files) }),
      ...(world.faults && { faults: checkedFaults(world.faults as Json, `${file ?? input.id}: world.faults`) }),
      ...(world.memory && { memory: world.memory.map(finishMemory) }),
      ...(world.postgres && { postgres: { ...world.postgres, env: world.postgres.env ?? "DATABASE_URL" } }),
      ...(world.services && { services: world.services.map(finishService) }),
      ...(world.network && { network: finishNetwork(world.network, folder) }),
    },
    metadata: input.metadata ?? {},
    ...(input.history && { history: pastMessages(input.history) }),
    ...(input.simulatedUser && { simulatedUser: input.simulatedUser as JsonObject }),
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

type WorldInput = NonNullable<CaseInput["world"]>;

/** Kept as written: what they come to depends on the trial. */
function checkedFaults(faults: Json, where: string): readonly JsonObject[] {
  parseFaults(faults, where);
  return faults as readonly JsonObject[];
}

const DAY_MS = 86_400_000;

function finishMemory({
  owner = "user",
  key,
  value,
  ageDays = 0,
}: NonNullable<WorldInput["memory"]>[number]): CaseMemory {
  return { owner, key, value: value as Json, ageMs: ageDays * DAY_MS };
}

function pastMessages(past: NonNullable<CaseInput["history"]>): Message[] {
  return past.map((message): Message => {
    if ("user" in message) return { role: "user", content: message.user };
    if ("system" in message) return { role: "system", content: message.system };
    return { role: "assistant", content: message.assistant };
  });
}

const READY_WITHIN_MS = 10_000;

function finishService(service: NonNullable<WorldInput["services"]>[number]): CaseService {
  const { name, command, port, env, health, readyWithinMs = READY_WITHIN_MS } = service;
  return { name, command, port, readyWithinMs, ...(env && { env }), ...(health !== undefined && { health }) };
}

function finishNetwork(network: NonNullable<WorldInput["network"]>, folder: string): CaseNetwork {
  const { allow = [], record, replay } = network;
  return {
    allow: allow.map((rule) => {
      if (typeof rule === "string") return { host: rule };
      return { host: rule.host, ...(rule.ports && { ports: rule.ports }) };
    }),
    ...(record !== undefined && { record: resolve(folder, record) }),
    ...(replay && { replay: { cassette: resolve(folder, replay.cassette), pace: replay.pace ?? "none" } }),
  };
}

function turns(input: CaseInput["input"]): InputTurn[] {
  if (input === undefined) return [];
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
