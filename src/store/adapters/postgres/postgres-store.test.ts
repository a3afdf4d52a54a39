import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgresServer } from "../../../testing/postgres-server.ts";
import { describeStoreConformance } from "../../../testing/store-conformance.ts";
import { openPostgresStore } from "./open-postgres-store.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer();
});
afterAll(() => server.stop());

describeStoreConformance("the Postgres store", (schema) => openPostgresStore({ url: server.url, schema }));
