import type { Feedback } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { listOf, sql } from "../statement.ts";
import { objectOf, type StoredRow, wordOf } from "../stored-row.ts";
import { columnText } from "../trace-row.ts";
import type { TraceStore } from "../trace-store.ts";

/** How many runs are named in one question. */
const RUNS_PER_QUESTION = 500;

/** In order of time, then of id. Indexes: feedback's primary key, feedback_by_run. */
export function feedbackQuestions(db: Sql): Pick<TraceStore, "addFeedback" | "listFeedback"> {
  return {
    async addFeedback(feedback) {
      await db.runTogether(feedback.map(insertFeedback));
    },
    async listFeedback(runIds) {
      const found: Feedback[] = [];
      for (let at = 0; at < runIds.length; at += RUNS_PER_QUESTION) {
        const some = runIds.slice(at, at + RUNS_PER_QUESTION).map(columnText);
        const rows = await db.run(sql`SELECT body FROM feedback WHERE run_id IN (${listOf(some)})`);
        found.push(...rows.map(decodeFeedback));
      }
      return found.toSorted((left, right) => left.atMs - right.atMs || (left.id < right.id ? -1 : 1));
    },
  };
}

function insertFeedback(feedback: Feedback) {
  const { id, runId, atMs, by } = feedback;
  return sql`INSERT INTO feedback (id, run_id, at_ms, said_by, body)
    VALUES (${id}, ${runId}, ${atMs}, ${columnText(by)}, ${JSON.stringify(feedback)}) ON CONFLICT (id) DO NOTHING`;
}

/** @throws {AegisError} "store.corrupt" */
function decodeFeedback(row: StoredRow): Feedback {
  const body = objectOf(row, "body");
  wordOf(body["kind"], ["rating", "outcome"], "feedback.body.kind");
  return body as unknown as Feedback;
}
