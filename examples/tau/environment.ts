import { join } from "node:path";
import type { Json, JsonObject } from "../../src/kernel/index.ts";
import { airlineTools } from "./airline/tools.ts";
import { TRANSFER } from "./common-tools.ts";
import { readDataFile } from "./data-folder.ts";
import { JsonSyntaxError, parseJson } from "./parse-json.ts";
import { ToolFailure } from "./python-operations.ts";
import { RecordTable } from "./record-table.ts";
import { retailTools } from "./retail/tools.ts";
import { State, type Tables } from "./state.ts";
import { checkArguments, type Observation, type Tool } from "./tool.ts";
import { isObject, plainJson, type Value, type ValueObject } from "./value.ts";

export const DOMAIN_NAMES = ["retail", "airline"] as const;
export type DomainName = (typeof DOMAIN_NAMES)[number];

const TOOLS: Readonly<Record<DomainName, ReadonlyMap<string, Tool>>> = {
  retail: new Map(retailTools.map((tool) => [tool.name, tool])),
  airline: new Map(airlineTools.map((tool) => [tool.name, tool])),
};

/** In alphabetical order, as they are hashed. */
const TABLES: Readonly<Record<DomainName, readonly string[]>> = {
  retail: ["orders", "products", "users"],
  airline: ["flights", "reservations", "users"],
};

export interface DomainOptions {
  /** Holds `tau/retail/` and `tau/airline/`. */
  readonly dataFolder: string;
  /** Recordings made before 2025-01-16 show airline users with `province` where the file now has `state`. */
  readonly hasProvinces?: boolean;
}

/** A customer-service domain: its tools, its policy and its state, from which any number of episodes start afresh. */
export interface Domain {
  readonly name: DomainName;
  readonly tables: Tables;
  /** Function schemas for a model, as recorded. */
  readonly tools: readonly JsonObject[];
  /** The system prompt, byte for byte. */
  readonly policy: string;
  newEpisode(): Episode;
}

export interface EpisodeChange {
  readonly table: string;
  readonly id: string;
  /** Null where the record is new. */
  readonly before: Json;
  readonly after: Json;
}

/** @throws {AegisError} "data.missing" when a file of the domain is not there, "import.bad_format" when one is damaged */
export function openDomain(name: DomainName, options: DomainOptions): Domain {
  const read = (file: string): string => readDataFile(options.dataFolder, "tau", name, file);
  const tables: Record<string, RecordTable> = {};
  for (const table of TABLES[name]) {
    const adapt = table === "users" && name === "airline" && options.hasProvinces ? withProvince : undefined;
    const file = join(options.dataFolder, "tau", name, `${table}.json`);
    tables[table] = new RecordTable(file, read(`${table}.json`), adapt);
  }
  return {
    name,
    tables,
    get tools() {
      return JSON.parse(read("tools.json")) as JsonObject[];
    },
    get policy() {
      return read("policy.md");
    },
    newEpisode: () => new Episode(name, new State(tables)),
  };
}

/** One conversation's private world. What one episode changes no other sees. */
export class Episode {
  readonly state: State;
  readonly #domainName: DomainName;

  constructor(domainName: DomainName, state: State) {
    this.#domainName = domainName;
    this.state = state;
  }

  /**
   * Runs a tool and returns what the agent reads. Never throws for what an agent may ask: failures are observations.
   * @param kwargs the arguments as the model wrote them (JSON), or already read by `parseJson`; an object is kept, not copied
   * @returns null only for a fourth certificate, where the original crashed
   */
  call(name: string, kwargs: string | ValueObject): Observation {
    const tool = TOOLS[this.#domainName].get(name);
    if (tool === undefined) return `Unknown action ${name}`;
    try {
      const named = typeof kwargs === "string" ? parseArguments(kwargs) : kwargs;
      checkArguments(tool, named, this.#domainName);
      return tool.run(this.state, named);
    } catch (error) {
      if (error instanceof ToolFailure) return `Error: ${error.message}`;
      throw error;
    }
  }

  touched(): { table: string; id: string }[] {
    return this.state.touched();
  }

  /** The records this episode changed, as plain JSON. */
  changes(): EpisodeChange[] {
    return this.state.changes().map(({ table, id, before, after }) => ({
      table,
      id,
      before: before === undefined ? null : plainJson(before),
      after: plainJson(after),
    }));
  }

  equals(other: Episode): boolean {
    return this.state.equals(other.state);
  }
}

export function findTool(domainName: DomainName, name: string): Tool | undefined {
  return TOOLS[domainName].get(name);
}

/** After these the episode is over. */
export function isTerminating(toolName: string): boolean {
  return toolName === TRANSFER;
}

function parseArguments(text: string): ValueObject {
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new ToolFailure(`the arguments are not valid JSON: ${error.message}`, { cause: error });
  }
  throw new ToolFailure("the arguments are not a JSON object");
}

function withProvince(user: ValueObject): ValueObject {
  const address = user.get("address");
  if (!isObject(address)) return user;
  const renamed = [...address].map(([key, value]): [string, Value] => [key === "state" ? "province" : key, value]);
  return user.set("address", new Map(renamed));
}
