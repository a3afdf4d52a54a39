import { AegisError, isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";
import type { CasePostgres } from "../domain/index.ts";
import type { WorkspaceEntry } from "../sandbox/index.ts";
import type { FixtureDatabase, OpenFixtureDatabase } from "./fixture-database.ts";
import { readFixtureFolder } from "./read-fixture-folder.ts";
import { workspaceState } from "./workspace-state.ts";
import type { StatePair, TrialWorld, WorldFactory, WorldRequest } from "./world.ts";

/** A world that was opened: its state before is already taken. */
export interface OpenWorld {
  readonly env: Readonly<Record<string, string>>;
  /** What the agent's workspace begins with. */
  readonly files: readonly WorkspaceEntry[];
  /**
   * State before and after, or null for a world without state. Ask once, when the agent has ended.
   * @param end.state the agent's own state, for a world that holds none
   * @param end.files what the agent left in its workspace, where that can be told
   */
  captureState(end: WorldEnd): Promise<StatePair | null>;
  /** Never throws: what the world leaves behind is its own affair. */
  close(): Promise<void>;
}

export interface WorldEnd {
  readonly state: StatePair | null;
  readonly files?: readonly WorkspaceEntry[];
}

export interface WorldParts {
  readonly factory: WorldFactory | undefined;
  readonly request: WorldRequest;
  /** A folder that the workspace begins with. */
  readonly filesFolder?: string;
  readonly postgres?: CasePostgres;
  readonly openDatabase?: OpenFixtureDatabase;
}

/** Opens what a trial's case asks for; what was opened is closed again when a later part fails. */
export async function openWorld(parts: WorldParts): Promise<OpenWorld> {
  const files = parts.filesFolder === undefined ? [] : readFixtureFolder(parts.filesFolder);
  const database = await openDatabase(parts);
  try {
    return await openParts(parts, { files, database });
  } catch (error) {
    await database?.[Symbol.asyncDispose]();
    throw error;
  }
}

async function openDatabase({ postgres, openDatabase: open }: WorldParts): Promise<FixtureDatabase | undefined> {
  if (postgres === undefined) return undefined;
  if (open === undefined) throw new AegisError("world.no_database", "no database can be opened here");
  return open(postgres);
}

async function openParts(
  { factory, request, postgres }: WorldParts,
  { files, database }: { readonly files: readonly WorkspaceEntry[]; readonly database: FixtureDatabase | undefined },
): Promise<OpenWorld> {
  const rowsBefore = await database?.rows();
  const databaseEnv = postgres && database ? { [postgres.env]: database.url } : {};
  const world = (await factory?.({ ...request, state: structuredClone(request.state) })) ?? {};
  const before: Json | undefined = await world.state?.();
  return {
    env: { ...databaseEnv, ...world.env },
    files,
    async captureState(end) {
      const own = await capture(world, before, end);
      const rows = database && { before: rowsBefore ?? {}, after: await database.rows() };
      const left = end.files && { before: workspaceState(files), after: workspaceState(end.files) };
      return joined(own, { ...(rows && { database: rows }), ...(left && { files: left }) });
    },
    async close() {
      for (const end of [() => world.close?.(), () => database?.[Symbol.asyncDispose]()]) {
        try {
          await end();
        } catch {
          // the trial is already decided
        }
      }
    },
  };
}

async function capture(world: TrialWorld, before: Json | undefined, end: WorldEnd): Promise<StatePair | null> {
  if (world.touched) return world.touched();
  if (!world.state || before === undefined) return end.state;
  return { before, after: await world.state() };
}

/** Workspace and database are parts of the state, each under its name. */
function joined(
  state: StatePair | null,
  parts: Readonly<Record<string, { readonly before: JsonObject; readonly after: JsonObject }>>,
): StatePair | null {
  const names = Object.keys(parts);
  if (names.length === 0) return state;
  const side = (which: "before" | "after"): Json => {
    const own = state?.[which];
    const rest = own === undefined ? {} : isJsonObject(own) ? own : { state: own };
    return { ...rest, ...Object.fromEntries(names.map((name) => [name, parts[name]?.[which] ?? {}])) };
  };
  return { before: side("before"), after: side("after") };
}
