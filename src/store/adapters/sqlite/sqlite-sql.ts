import type { Sql, Statement } from "../../sql.ts";
import type { WorkerLink } from "./worker-link.ts";

/** The runtime's view of the worker's database. Questions alone take no write lock. */
export function sqliteSql(link: Pick<WorkerLink, "call">): Sql {
  return {
    dialect: "sqlite",
    async run(statement) {
      return (await callWith(link, [statement]))[0] ?? [];
    },
    runTogether: (statements) => callWith(link, statements),
  };
}

function callWith(link: Pick<WorkerLink, "call">, statements: readonly Statement[]) {
  const isReading = statements.every(({ text }) => text.startsWith("SELECT"));
  // What else a statement carries stays here: less to copy between the threads.
  const bare = statements.map(({ text, cells }) => ({ text, cells }));
  return link.call(isReading ? "readStatements" : "writeStatements", bare);
}
