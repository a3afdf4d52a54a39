import { randomBytes } from "node:crypto";
import { type Clock, type Id, idMaker, systemClock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { type Config, loadConfig } from "./config.ts";

/** Config turned into wired parts. Parts are opened when they are first asked for. */
export interface App extends AsyncDisposable {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  config(): Promise<Config>;
  store(): Promise<Store>;
}

export async function openApp(options: {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Instead of the config's store. */
  readonly storePath?: string;
}): Promise<App> {
  const { cwd, env, storePath } = options;
  let config: Promise<Config> | undefined;
  let store: Promise<Store> | undefined;
  const app: App = {
    cwd,
    env,
    clock: systemClock,
    makeId: idMaker(systemClock, cryptoRandom),
    config: () => (config ??= loadConfig(cwd)),
    store: () => (store ??= openStore(app, storePath)),
    async [Symbol.asyncDispose]() {
      const opened = await store?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
  return app;
}

async function openStore(app: App, storePath: string | undefined): Promise<Store> {
  const loading = import("../store/adapters/sqlite/open-sqlite-store.ts");
  const path = storePath ?? app.env["AEGIS_STORE"] ?? (await app.config()).storePath;
  if (/^postgres(ql)?:/.test(path)) {
    const { openPostgresStore } = await import("../store/adapters/postgres/open-postgres-store.ts");
    return openPostgresStore({ url: path });
  }
  const { openSqliteStore } = await loading;
  return openSqliteStore({ path });
}

/** Fetched by the page: an id takes sixteen draws, and each way to the system's randomness costs as much as all of them. */
let drawn = Buffer.alloc(0);

function cryptoRandom(): number {
  if (drawn.length === 0) drawn = randomBytes(DRAW_BYTES * 1_000);
  const number = drawn.readUIntBE(0, DRAW_BYTES) / 2 ** (8 * DRAW_BYTES);
  drawn = drawn.subarray(DRAW_BYTES);
  return number;
}

const DRAW_BYTES = 6;
