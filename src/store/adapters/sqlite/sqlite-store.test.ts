import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeRuntimeStoreConformance } from "../../../testing/runtime-store-conformance.ts";
import { describeStoreConformance } from "../../../testing/store-conformance.ts";
import { describeTraceStoreConformance } from "../../../testing/trace-store-conformance.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pathOf = (place: string) => join(folder, place, "store.db");

describeStoreConformance("the SQLite store", (place) => openSqliteStore({ path: pathOf(place) }));
describeRuntimeStoreConformance(
  "the SQLite store",
  (place) => openSqliteStore({ path: pathOf(place) }),
  (place) => `import { openSqliteStore } from ${JSON.stringify(new URL("./open-sqlite-store.ts", import.meta.url))};
    const store = await openSqliteStore({ path: ${JSON.stringify(pathOf(place))} });`,
);
describeTraceStoreConformance("the SQLite store", (place) => openSqliteStore({ path: pathOf(place) }));
