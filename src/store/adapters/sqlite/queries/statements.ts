import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Statement } from "../../../sql.ts";
import type { StoredRow } from "../../../stored-row.ts";
import { isConstraint, Refusal } from "../failure.ts";
import type { Handlers } from "../protocol.ts";

/** Lists of values make texts of many lengths; the rest of the runtime's questions are some fifty. */
const PREPARED_MAX = 200;

export function prepareStatements(db: DatabaseSync): Handlers<"readStatements" | "writeStatements"> {
  const prepared = new Map<string, StatementSync>();
  const prepare = (text: string) => {
    const known = prepared.get(text);
    // `$1` would be a name to Node's driver; `?1` is a place.
    const statement = known ?? db.prepare(text.replaceAll(/\$(?=\d)/g, "?"));
    // Set anew, so that the first of the map is the one that was not asked for longest.
    if (known !== undefined) prepared.delete(text);
    else if (prepared.size >= PREPARED_MAX) prepared.delete(prepared.keys().next().value ?? "");
    prepared.set(text, statement);
    return statement;
  };
  const runAll = (statements: readonly Statement[]): StoredRow[][] =>
    statements.map(({ text, cells }) => prepare(text).all(...cells));
  return {
    readStatements: runAll,
    writeStatements: (statements) =>
      statements.length === 1 ? runOne(runAll, statements) : runTogether(db, runAll, statements),
  };
}

type RunAll = (statements: readonly Statement[]) => StoredRow[][];

/** A statement that breaks a rule of the table has written nothing: the others of its transaction stay. */
function runOne(runAll: RunAll, statements: readonly Statement[]): StoredRow[][] {
  try {
    return runAll(statements);
  } catch (error) {
    if (isConstraint(error)) throw new Refusal("store.unavailable", String(error));
    throw error;
  }
}

function runTogether(db: DatabaseSync, runAll: RunAll, statements: readonly Statement[]): StoredRow[][] {
  db.exec("SAVEPOINT together");
  try {
    const rows = runAll(statements);
    db.exec("RELEASE together");
    return rows;
  } catch (error) {
    if (!isConstraint(error)) throw error;
    db.exec("ROLLBACK TO together; RELEASE together");
    throw new Refusal("store.unavailable", String(error));
  }
}
