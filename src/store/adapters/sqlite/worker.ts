// Runs in a thread of its own. Keep its imports few: they are the time between opening a store and its first write.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Checkpoints } from "./checkpoints.ts";
import { failureOf } from "./failure.ts";
import { groupCommit, type GroupCommitOptions, rowsOf, takeGroup } from "./group-commit.ts";
import { openDatabase } from "./open-database.ts";
import type { Reply, Request, WorkerSettings } from "./protocol.ts";
import { prepareBaselines } from "./queries/baseline.ts";
import { prepareEvalRuns } from "./queries/eval-run.ts";
import { prepareRunLog } from "./queries/run-log.ts";
import { prepareStatements } from "./queries/statements.ts";
import { prepareTraces } from "./queries/traces.ts";
import { prepareTrials } from "./queries/trial.ts";

const port = parentPort;
if (port === null) throw new Error("This file is started as a worker by open-sqlite-store");
const settings = workerData as WorkerSettings;
const queue: Request[] = [];
const reply = (replies: readonly Reply[]) => port.postMessage(replies);

try {
  const options = open();
  const checkpoints = new Checkpoints(options.db, settings);
  port.on("message", (requests: Request[]) => work({ ...options, checkpoints }, requests));
  reply([{ value: null }]);
} catch (error) {
  reply([{ failure: failureOf(error, settings.path) }]);
}

function open(): GroupCommitOptions {
  const db = openDatabase(settings);
  const flush = () => null;
  const handlers = {
    ...prepareRunLog(db),
    ...prepareEvalRuns(db),
    ...prepareTrials(db),
    ...prepareBaselines(db),
    ...prepareStatements(db),
    ...prepareTraces(db),
    flush,
  };
  return { db, path: settings.path, handlers };
}

interface WorkOptions extends GroupCommitOptions {
  readonly checkpoints: Checkpoints;
}

/** Whatever arrived while the last transaction was written joins the next one. */
function work(options: WorkOptions, requests: readonly Request[]): void {
  queue.push(...requests);
  while (queue.length > 0) {
    for (let more = receiveMessageOnPort(port!); more; more = receiveMessageOnPort(port!)) queue.push(...more.message);
    if (queue[0]?.name === "close") return void close(options);
    const group = takeGroup(queue, settings.eventsPerCommitMax);
    reply(groupCommit(options, group));
    options.checkpoints.wrote(rowsOf(group));
  }
}

async function close({ db, checkpoints }: WorkOptions): Promise<void> {
  await checkpoints.close();
  db.close();
  reply([{ value: null }]);
  port!.close();
}
