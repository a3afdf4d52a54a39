import type { AgentVersion, VersionRoute, WorkerRecord } from "../../domain/index.ts";
import type { DeploymentStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import { arrayOf, numberOf, type StoredRow, textOf, wordOf } from "../stored-row.ts";
import { lockName, runAlone } from "./session-lock.ts";

/** Workers in order of start, routes in order of their primary key (agent, version). */
export function deploymentQuestions(db: Sql): Omit<DeploymentStore, "holdWorker" | "isWorkerHeld"> {
  return {
    async saveWorker({ id, offers, state, startedAtMs }) {
      await db.run(
        sql`INSERT INTO worker (id, offers, state, started_at_ms)
          VALUES (${id}, ${JSON.stringify(offers)}, ${state}, ${startedAtMs})
          ON CONFLICT (id) DO UPDATE SET offers = excluded.offers, state = excluded.state,
          started_at_ms = excluded.started_at_ms`,
      );
    },
    async listWorkers() {
      return (await db.run(sql`SELECT * FROM worker ORDER BY started_at_ms, id`)).map(decodeWorker);
    },
    async removeWorker(id) {
      await db.run(sql`DELETE FROM worker WHERE id = ${id}`);
    },
    async setRoutes(agent, routes) {
      const inserts = routes.map(
        ({ version, weight, updatedAtMs }) =>
          sql`INSERT INTO version_route (agent, version, weight, updated_at_ms)
            VALUES (${agent}, ${version}, ${weight}, ${updatedAtMs})`,
      );
      const remove = sql`DELETE FROM version_route WHERE agent = ${agent}`;
      await runAlone(db, [lockName("aegis version_route")], [remove, ...inserts]);
    },
    async listRoutes(agent) {
      const where = allOf([agent !== undefined && sql`agent = ${agent}`]);
      return (await db.run(sql`SELECT * FROM version_route WHERE ${where} ORDER BY agent, version`)).map(decodeRoute);
    },
  };
}

/** @throws {AegisError} "store.corrupt" */
function decodeWorker(row: StoredRow): WorkerRecord {
  return {
    id: textOf(row, "id"),
    offers: arrayOf(row, "offers").map(decodeOffer),
    state: wordOf(row["state"], ["live", "draining"], "worker.state"),
    startedAtMs: numberOf(row, "started_at_ms"),
  };
}

function decodeOffer(offer: unknown): AgentVersion {
  const row = typeof offer === "object" && offer !== null ? { ...offer } : {};
  return { agent: textOf(row, "agent"), version: textOf(row, "version") };
}

function decodeRoute(row: StoredRow): VersionRoute {
  return {
    agent: textOf(row, "agent"),
    version: textOf(row, "version"),
    weight: numberOf(row, "weight"),
    updatedAtMs: numberOf(row, "updated_at_ms"),
  };
}
