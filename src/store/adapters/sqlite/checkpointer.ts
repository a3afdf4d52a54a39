// Runs in a thread of its own, beside the one that writes.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { CheckpointerSettings } from "./checkpoints.ts";

const port = parentPort;
if (port === null) throw new Error("This file is started as a worker by checkpoints");
const { path, synchronous, answers } = workerData as CheckpointerSettings;
const db = new DatabaseSync(path, { timeout: 0 });
db.exec(`PRAGMA synchronous = ${synchronous}`);
const checkpoint = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");

port.on("message", (what: "checkpoint" | "close") => {
  if (what === "close") {
    db.close();
    port.close();
    return;
  }
  // Where another process has the file for itself, or its disk is full, the log is carried over another time.
  try {
    checkpoint.get();
  } catch {}
  answers.postMessage(null);
});
