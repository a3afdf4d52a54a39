/** Forward only: the store is at version n after the first n. Never change one that was released; add the next. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE run_log (
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at_ms REAL NOT NULL,
    witness TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE eval_run (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    suite TEXT NOT NULL,
    started_at_ms REAL NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX eval_run_by_time ON eval_run (started_at_ms, id);
  CREATE INDEX eval_run_by_suite ON eval_run (suite, started_at_ms, id);

  CREATE TABLE trial (
    id TEXT PRIMARY KEY,
    eval_run_id TEXT NOT NULL REFERENCES eval_run (id),
    run_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    attempt_index INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    isolation TEXT NOT NULL,
    started_at_ms REAL NOT NULL,
    outcome TEXT NOT NULL,
    verdicts TEXT NOT NULL,
    metrics TEXT NOT NULL,
    UNIQUE (eval_run_id, case_id, attempt_index)
  ) STRICT;

  CREATE TABLE baseline (
    suite TEXT NOT NULL,
    name TEXT NOT NULL,
    eval_run_id TEXT NOT NULL REFERENCES eval_run (id),
    PRIMARY KEY (suite, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX baseline_by_eval_run ON baseline (eval_run_id);
  `,
];
