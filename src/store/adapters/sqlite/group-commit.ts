import type { DatabaseSync } from "node:sqlite";
import { failureOf, Refusal } from "./failure.ts";
import {
  CELLS_PER_EVENT,
  CELLS_PER_PART,
  type Handlers,
  type OperationName,
  type Reply,
  type Request,
} from "./protocol.ts";

const READS: ReadonlySet<OperationName> = new Set([
  "readEvents",
  "findEvalRun",
  "listEvalRuns",
  "listTrials",
  "findTrial",
  "findBaseline",
  "readStatements",
  "readSpans",
  "flush",
]);

/** The summary, its places in indexes, its words. */
const ROWS_PER_TRACE = 4;

/** One object for all who only wait for the commit: it crosses to the other thread once, however many they are. */
const NOTHING: Reply = Object.freeze({ value: null });

export interface GroupCommitOptions {
  readonly db: DatabaseSync;
  readonly path: string;
  readonly handlers: Handlers<Exclude<OperationName, "close">>;
}

/**
 * Carries out many operations in one transaction, so that they share one wait for the disk. Answers are made known only
 * after the commit. A refused operation has written nothing; any other failure takes the transaction back, and each
 * operation is tried alone, so that one that cannot succeed never fails its neighbours.
 */
export function groupCommit(options: GroupCommitOptions, requests: readonly Request[]): Reply[] {
  const { db, path } = options;
  const isReading = requests.every((request) => READS.has(request.name));
  try {
    db.exec(isReading ? "BEGIN" : "BEGIN IMMEDIATE");
    const replies = requests.map((request) => carryOut(options, request));
    db.exec("COMMIT");
    return replies;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    const failure = failureOf(error, path);
    if (requests.length === 1) return [{ failure }];
    // Each waiting on its own for a lock that is held for long would take the timeout times their number.
    const isWaste = (request: Request) => failure.code === "store.locked" && !READS.has(request.name);
    return requests.flatMap((request) => (isWaste(request) ? [{ failure }] : groupCommit(options, [request])));
  }
}

/** The first requests, as many as share one transaction. */
export function takeGroup(queue: Request[], eventsPerCommitMax: number): Request[] {
  let events = 0;
  const end = queue.findIndex((request, index) => {
    events += sizeOf(request);
    return (index > 0 && events > eventsPerCommitMax) || request.name === "close";
  });
  return queue.splice(0, end === -1 ? queue.length : Math.max(end, 1));
}

/** Events, parts of traces and statements that write. */
export function rowsOf(requests: readonly Request[]): number {
  return requests.reduce((sum, request) => sum + (READS.has(request.name) ? 0 : sizeOf(request)), 0);
}

function sizeOf(request: Request): number {
  if (request.name === "append") return request.input.cells.length / CELLS_PER_EVENT;
  if (request.name === "addSpans") return request.input.cells.length / CELLS_PER_PART;
  if (request.name === "saveTraces") return request.input.length * ROWS_PER_TRACE;
  if (request.name === "packTraces") return request.input;
  return request.name === "writeStatements" ? request.input.length : 1;
}

function carryOut({ handlers }: GroupCommitOptions, request: Request): Reply {
  const handle = handlers[request.name as keyof typeof handlers] as (input: Request["input"]) => unknown;
  try {
    const value = handle(request.input);
    return value === null ? NOTHING : { value };
  } catch (error) {
    if (error instanceof Refusal) return { failure: failureOf(error, "") };
    throw error;
  }
}
