import { createHash } from "node:crypto";
import type { ClientConfig } from "pg";
import { AegisError } from "../../../kernel/index.ts";

/** Where a store lives: a schema of a database. */
export interface PostgresPlace {
  /** For messages: never with the password. */
  readonly label: string;
  readonly schema: string;
  /** What appends are announced on. */
  readonly channel: string;
  readonly config: ClientConfig;
}

export interface PlaceOptions {
  readonly url: string;
  readonly schema: string;
  /** How long to wait for others who hold what is needed. */
  readonly patienceMs: number;
}

const SETTINGS = {
  synchronous_commit: "on",
  client_min_messages: "warning",
  // A process that was stopped in the middle of its work must not keep the others waiting.
  idle_in_transaction_session_timeout: "5s",
  // Postgres notices that a machine is gone, and with it who held its locks.
  tcp_keepalives_idle: "5",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
};

const CONNECT_TIMEOUT_MS = 5_000;
const INT8 = 20;
const NUMERIC = 1700;
const BOOLEAN = 16;

/** @throws {AegisError} "store.unavailable" when the text is no URL, "store.bad_text" for a schema's name that needs quoting */
export function placeOf({ url, schema, patienceMs }: PlaceOptions): PostgresPlace {
  if (!/^[a-z_][a-z0-9_-]{0,62}$/.test(schema)) {
    throw new AegisError("store.bad_text", `${JSON.stringify(schema)} is no name for a schema: use a-z, 0-9, _ and -`);
  }
  const address = URL.parse(url);
  if (address === null || !["postgres:", "postgresql:"].includes(address.protocol)) {
    throw new AegisError("store.unavailable", "The store's address is no URL like postgres://user@host:5432/database");
  }
  const label = `postgres://${address.username && `${address.username}@`}${address.host}${address.pathname} (${schema})`;
  const settings = Object.entries({ ...SETTINGS, lock_timeout: `${patienceMs}ms`, search_path: `"${schema}"` });
  const flags = settings.map(([name, value]) => `-c ${name}=${value}`).join(" ");
  const given = address.searchParams.get("options");
  address.searchParams.set("options", given === null ? flags : `${given} ${flags}`);
  if (!address.searchParams.has("application_name")) address.searchParams.set("application_name", "aegis");
  const config = {
    connectionString: address.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser: parserOf as NonNullable<ClientConfig["types"]>["getTypeParser"] },
  };
  return { label, schema, channel: `aegis_${createHash("sha256").update(schema).digest("hex").slice(0, 16)}`, config };
}

/** Cells as SQLite has them: numbers, texts and null; a truth value is 0 or 1. */
function parserOf(type: number): (text: string) => unknown {
  if (NUMBERS.has(type)) return Number;
  return type === BOOLEAN ? (text) => (text === "t" ? 1 : 0) : (text) => text;
}

const NUMBERS: ReadonlySet<number> = new Set([INT8, NUMERIC, 21, 23, 26, 700, 701]);

/** Advisory locks have numbers of eight bytes for names. */
export function lockKeyOf({ schema }: PostgresPlace, workerId: string): string {
  return createHash("sha256").update(`aegis worker ${schema} ${workerId}`).digest().readBigInt64BE().toString();
}
