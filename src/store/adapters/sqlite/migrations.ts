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
  // The runtime. AUTOINCREMENT: a place is never given out twice, so whoever reads on from one misses nothing.
  `
  CREATE TABLE session (
    id TEXT PRIMARY KEY,
    agent TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    state TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at_ms REAL NOT NULL,
    closed_at_ms REAL
  ) STRICT;
  CREATE INDEX session_by_time ON session (created_at_ms, id);
  CREATE INDEX session_by_owner ON session (owner_id, created_at_ms, id);

  CREATE TABLE run (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    version TEXT NOT NULL,
    input TEXT NOT NULL,
    status TEXT NOT NULL,
    paused_on TEXT,
    wake_at_ms REAL,
    outcome TEXT,
    attempt INTEGER NOT NULL,
    worker_id TEXT,
    idempotency_key TEXT,
    metadata TEXT NOT NULL,
    created_at_ms REAL NOT NULL,
    started_at_ms REAL,
    ended_at_ms REAL
  ) STRICT;
  CREATE UNIQUE INDEX run_active ON run (session_id) WHERE status IN ('running', 'paused');
  CREATE UNIQUE INDEX run_by_key ON run (session_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX run_by_session ON run (session_id, position);
  CREATE INDEX run_open ON run (session_id, position) WHERE status <> 'ended';
  CREATE INDEX run_queued ON run (position) WHERE status = 'queued';
  CREATE INDEX run_wake ON run (wake_at_ms) WHERE status = 'paused';
  CREATE INDEX run_by_worker ON run (worker_id) WHERE status = 'running';
  CREATE INDEX run_by_time ON run (created_at_ms, id);
  CREATE INDEX run_by_owner ON run (owner_id, created_at_ms, id);

  CREATE TABLE run_signal (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    slot TEXT NOT NULL,
    at_ms REAL NOT NULL,
    said_by TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (run_id, slot)
  ) STRICT;
  CREATE INDEX run_signal_by_run ON run_signal (run_id, position);

  CREATE TABLE worker (
    id TEXT PRIMARY KEY,
    offers TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at_ms REAL NOT NULL
  ) STRICT;

  CREATE TABLE version_route (
    agent TEXT NOT NULL,
    version TEXT NOT NULL,
    weight REAL NOT NULL,
    updated_at_ms REAL NOT NULL,
    PRIMARY KEY (agent, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE memory_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    value TEXT NOT NULL,
    updated_at_ms REAL NOT NULL,
    run_id TEXT,
    write_id TEXT NOT NULL,
    scope_hash TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (scope_kind, scope_id, key, version),
    UNIQUE (scope_kind, scope_id, write_id)
  ) STRICT;
  CREATE UNIQUE INDEX memory_latest ON memory_entry (scope_kind, scope_id, key) WHERE is_latest = 1;

  -- Words are cut by wordsOf; this tokenizer only splits them at the spaces between.
  CREATE VIRTUAL TABLE memory_search USING fts5(
    scope_hash, words, content = 'memory_entry', content_rowid = 'id', tokenize = 'ascii'
  );
  -- What was erased leaves the index file at once, not with the next merge.
  INSERT INTO memory_search (memory_search, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER memory_written AFTER INSERT ON memory_entry WHEN new.is_latest = 1 BEGIN
    INSERT INTO memory_search (rowid, scope_hash, words) VALUES (new.id, new.scope_hash, new.words);
  END;
  CREATE TRIGGER memory_replaced AFTER UPDATE ON memory_entry WHEN old.is_latest = 1 BEGIN
    INSERT INTO memory_search (memory_search, rowid, scope_hash, words)
    VALUES ('delete', old.id, old.scope_hash, old.words);
  END;
  CREATE TRIGGER memory_erased AFTER DELETE ON memory_entry WHEN old.is_latest = 1 BEGIN
    INSERT INTO memory_search (memory_search, rowid, scope_hash, words)
    VALUES ('delete', old.id, old.scope_hash, old.words);
  END;

  CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    scopes TEXT,
    user_id TEXT NOT NULL,
    created_at_ms REAL NOT NULL,
    expires_at_ms REAL
  ) STRICT;
  CREATE INDEX api_key_by_name ON api_key (name);
  CREATE INDEX api_key_by_time ON api_key (created_at_ms, id);

  CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    owner_id TEXT,
    created_at_ms REAL NOT NULL
  ) STRICT;

  CREATE TABLE webhook_delivery (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    next_at_ms REAL,
    outcome TEXT NOT NULL,
    last_status INTEGER,
    created_at_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX delivery_due ON webhook_delivery (next_at_ms) WHERE outcome = 'pending';
  CREATE INDEX delivery_by_webhook ON webhook_delivery (webhook_id, created_at_ms, id);
  `,
  // Traces. Telemetry comes in parts; what lists and searches know of a run is written once it is settled.
  `
  CREATE TABLE observed_trace (
    position INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL,
    last_part INTEGER NOT NULL,
    last_part_at_ms REAL NOT NULL,
    settled_part INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX observed_unsettled ON observed_trace (last_part_at_ms) WHERE last_part > settled_part;

  -- JSON text of the spans of one trace in one request; a BLOB where it is compressed with zstd.
  CREATE TABLE span_part (
    trace_position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    spans ANY NOT NULL,
    PRIMARY KEY (trace_position, number)
  ) STRICT;

  -- The position is in order of start, to the millisecond: see trace-position.ts.
  CREATE TABLE trace (
    position INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    trace_id TEXT,
    origin TEXT NOT NULL,
    agent TEXT NOT NULL,
    version TEXT NOT NULL,
    user_id TEXT,
    session TEXT,
    outcome TEXT NOT NULL,
    started_at_ms REAL NOT NULL,
    duration_ms REAL NOT NULL,
    cost_micro_usd REAL,
    error_count INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX trace_by_trace_id ON trace (trace_id) WHERE trace_id IS NOT NULL;
  -- Holds what lists are narrowed by without an index of its own, so that rows that do not fit are not looked up.
  CREATE INDEX trace_by_time ON trace (started_at_ms, run_id, duration_ms, cost_micro_usd, error_count, origin, outcome);
  CREATE INDEX trace_by_agent ON trace (agent, started_at_ms, run_id);
  CREATE INDEX trace_by_user ON trace (user_id, started_at_ms, run_id) WHERE user_id IS NOT NULL;
  CREATE INDEX trace_by_session ON trace (session, started_at_ms, run_id) WHERE session IS NOT NULL;

  -- Stretches of time with some thousand traces each, so that a search for what is common looks at the newest alone.
  CREATE TABLE trace_stretch (
    first_bucket INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    trace_count INTEGER NOT NULL
  ) STRICT;
  INSERT INTO trace_stretch VALUES (-4398046511104, 0, 0);

  -- Each word begins with its stretch: see stretch-words.ts.
  CREATE VIRTUAL TABLE trace_search USING fts5(
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
  );
  -- Fewer merges while writing, somewhat more to look through while reading.
  INSERT INTO trace_search (trace_search, rank) VALUES ('automerge', 8);
  CREATE TRIGGER trace_removed AFTER DELETE ON trace BEGIN
    DELETE FROM trace_search WHERE rowid = old.position;
  END;

  CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    at_ms REAL NOT NULL,
    said_by TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX feedback_by_run ON feedback (run_id, at_ms, id);
  CREATE INDEX feedback_by_person ON feedback (said_by);
  `,
  // Logs whose summary is not written yet, or is out of date: noted with what makes it so, all or nothing.
  `
  CREATE TABLE unsettled_log (
    run_id TEXT PRIMARY KEY,
    change INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER run_ended AFTER UPDATE OF status ON run WHEN new.status = 'ended' AND old.status <> 'ended' BEGIN
    INSERT INTO unsettled_log VALUES (new.id, 1) ON CONFLICT (run_id) DO UPDATE SET change = change + 1;
  END;
  CREATE TRIGGER trial_saved AFTER INSERT ON trial BEGIN
    INSERT INTO unsettled_log VALUES (new.run_id, 1) ON CONFLICT (run_id) DO UPDATE SET change = change + 1;
  END;
  CREATE TRIGGER feedback_given AFTER INSERT ON feedback BEGIN
    INSERT INTO unsettled_log VALUES (new.run_id, 1) ON CONFLICT (run_id) DO UPDATE SET change = change + 1;
  END;
  INSERT INTO unsettled_log SELECT id, 1 FROM run WHERE status = 'ended' UNION SELECT run_id, 1 FROM trial;
  `,
  // Spans are written as they come, and packed once nobody is in a hurry: see pack-traces.ts.
  `
  ALTER TABLE observed_trace ADD COLUMN packed_part INTEGER NOT NULL DEFAULT 0;
  -- Of the last part: only one that was made to follow on it knows its link.
  ALTER TABLE observed_trace ADD COLUMN link INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX observed_unpacked ON observed_trace (position) WHERE settled_part > packed_part;
  -- Bytes: the words of all traces that are settled together are written out at once.
  INSERT INTO trace_search (trace_search, rank) VALUES ('hashsize', 8388608);
  -- Fewer merges still: a term is looked up in some more pieces.
  INSERT INTO trace_search (trace_search, rank) VALUES ('automerge', 16);
  INSERT INTO trace_search (trace_search, rank) VALUES ('crisismerge', 32);
  -- The words of the index, and in how many traces each is.
  CREATE VIRTUAL TABLE trace_word USING fts5vocab(trace_search, row);
  `,
];
