import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgresServer } from "../../../testing/postgres-server.ts";
import { describeRuntimeStoreConformance } from "../../../testing/runtime-store-conformance.ts";
import { describeStoreConformance } from "../../../testing/store-conformance.ts";
import { describeTraceStoreConformance } from "../../../testing/trace-store-conformance.ts";
import { openPostgresStore } from "./open-postgres-store.ts";

let server: PostgresServer;
beforeAll(async () => {
  // What survives a crash is asked in lost-connection.test.ts; here hundreds of places are made.
  server = await startPostgresServer({ fsync: false });
});
afterAll(() => server.stop());

describeStoreConformance("the Postgres store", (schema) => openPostgresStore({ url: server.url, schema }));
describeRuntimeStoreConformance(
  "the Postgres store",
  (schema) => openPostgresStore({ url: server.url, schema }),
  (
    schema,
  ) => `import { openPostgresStore } from ${JSON.stringify(new URL("./open-postgres-store.ts", import.meta.url))};
    const store = await openPostgresStore(${JSON.stringify({ url: server.url, schema })});`,
);
describeTraceStoreConformance("the Postgres store", (schema) => openPostgresStore({ url: server.url, schema }));
