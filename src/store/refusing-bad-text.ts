import type { Sql, Statement } from "./sql.ts";
import { assertKey } from "./stored-row.ts";

/** Texts that one database would keep and another change are refused by all. JSON escapes them, so values may hold any. */
export function refusingBadText(db: Sql): Sql {
  const assertCells = ({ cells }: Statement) => {
    for (const cell of cells) if (typeof cell === "string") assertKey(cell, "A text to store or to look for");
  };
  return {
    dialect: db.dialect,
    async run(statement) {
      assertCells(statement);
      return db.run(statement);
    },
    async runTogether(statements) {
      statements.forEach(assertCells);
      return statements.length === 0 ? [] : db.runTogether(statements);
    },
  };
}
