import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeStoreConformance } from "../../../testing/store-conformance.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStoreConformance("the SQLite store", (place) => openSqliteStore({ path: join(folder, place, "store.db") }));
