/** Forward only: the store is at version n after the first n. Never change one that was released; add the next. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE run_log (
    run_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    type TEXT NOT NULL,
    at_ms DOUBLE PRECISION NOT NULL,
    witness TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  );

  CREATE TABLE eval_run (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    suite TEXT COLLATE "C" NOT NULL,
    started_at_ms DOUBLE PRECISION NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX eval_run_by_time ON eval_run (started_at_ms, id);
  CREATE INDEX eval_run_by_suite ON eval_run (suite, started_at_ms, id);

  CREATE TABLE trial (
    id TEXT COLLATE "C" PRIMARY KEY,
    eval_run_id TEXT COLLATE "C" NOT NULL REFERENCES eval_run (id),
    run_id TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    attempt_index BIGINT NOT NULL,
    seed BIGINT NOT NULL,
    isolation TEXT NOT NULL,
    started_at_ms DOUBLE PRECISION NOT NULL,
    outcome TEXT NOT NULL,
    verdicts TEXT NOT NULL,
    metrics TEXT NOT NULL,
    UNIQUE (eval_run_id, case_id, attempt_index)
  );

  CREATE TABLE baseline (
    suite TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    eval_run_id TEXT COLLATE "C" NOT NULL REFERENCES eval_run (id),
    PRIMARY KEY (suite, name)
  );
  CREATE INDEX baseline_by_eval_run ON baseline (eval_run_id);

  -- A transaction leaves its mark, so that a writer whose connection was lost can see whether it was committed.
  CREATE TABLE write_mark (
    slot TEXT COLLATE "C" PRIMARY KEY,
    mark BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT now()
  );
  `,
  // The runtime. Positions are given out under a lock (see queries/), so whoever reads on from one misses nothing.
  `
  CREATE TABLE session (
    id TEXT COLLATE "C" PRIMARY KEY,
    agent TEXT COLLATE "C" NOT NULL,
    owner_id TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at_ms DOUBLE PRECISION NOT NULL,
    closed_at_ms DOUBLE PRECISION
  );
  CREATE INDEX session_by_time ON session (created_at_ms, id);
  CREATE INDEX session_by_owner ON session (owner_id, created_at_ms, id);

  CREATE TABLE run (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    session_id TEXT COLLATE "C" NOT NULL,
    owner_id TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    input TEXT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    paused_on TEXT COLLATE "C",
    wake_at_ms DOUBLE PRECISION,
    outcome TEXT,
    attempt BIGINT NOT NULL,
    worker_id TEXT COLLATE "C",
    idempotency_key TEXT COLLATE "C",
    metadata TEXT NOT NULL,
    created_at_ms DOUBLE PRECISION NOT NULL,
    started_at_ms DOUBLE PRECISION,
    ended_at_ms DOUBLE PRECISION
  );
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
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    slot TEXT COLLATE "C" NOT NULL,
    at_ms DOUBLE PRECISION NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (run_id, slot)
  );
  CREATE INDEX run_signal_by_run ON run_signal (run_id, position);

  CREATE TABLE worker (
    id TEXT COLLATE "C" PRIMARY KEY,
    offers TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at_ms DOUBLE PRECISION NOT NULL
  );

  CREATE TABLE version_route (
    agent TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    updated_at_ms DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (agent, version)
  );

  CREATE TABLE memory_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope_kind TEXT COLLATE "C" NOT NULL,
    scope_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    is_latest BIGINT NOT NULL,
    value TEXT NOT NULL,
    updated_at_ms DOUBLE PRECISION NOT NULL,
    run_id TEXT COLLATE "C",
    write_id TEXT COLLATE "C" NOT NULL,
    scope_hash TEXT COLLATE "C" NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (scope_kind, scope_id, key, version),
    UNIQUE (scope_kind, scope_id, write_id)
  );
  CREATE UNIQUE INDEX memory_latest ON memory_entry (scope_kind, scope_id, key) WHERE is_latest = 1;

  -- Words are cut by wordsOf; this only makes them findable.
  CREATE INDEX memory_search ON memory_entry USING gin (to_tsvector('simple', words)) WHERE is_latest = 1;

  CREATE TABLE api_key (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    role TEXT COLLATE "C" NOT NULL,
    scopes TEXT,
    user_id TEXT COLLATE "C" NOT NULL,
    created_at_ms DOUBLE PRECISION NOT NULL,
    expires_at_ms DOUBLE PRECISION
  );
  CREATE INDEX api_key_by_name ON api_key (name);
  CREATE INDEX api_key_by_time ON api_key (created_at_ms, id);

  CREATE TABLE webhook (
    id TEXT COLLATE "C" PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    owner_id TEXT COLLATE "C",
    created_at_ms DOUBLE PRECISION NOT NULL
  );

  CREATE TABLE webhook_delivery (
    id TEXT COLLATE "C" PRIMARY KEY,
    webhook_id TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    next_at_ms DOUBLE PRECISION,
    outcome TEXT NOT NULL,
    last_status BIGINT,
    created_at_ms DOUBLE PRECISION NOT NULL
  );
  CREATE INDEX delivery_due ON webhook_delivery (next_at_ms) WHERE outcome = 'pending';
  CREATE INDEX delivery_by_webhook ON webhook_delivery (webhook_id, created_at_ms, id);
  `,
  // Traces. Telemetry comes in parts; what lists and searches know of a run is written once it is settled.
  `
  CREATE TABLE observed_trace (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trace_id TEXT COLLATE "C" NOT NULL UNIQUE,
    run_id TEXT COLLATE "C" NOT NULL,
    last_part BIGINT NOT NULL,
    last_part_at_ms DOUBLE PRECISION NOT NULL,
    settled_part BIGINT NOT NULL
  );
  CREATE INDEX observed_unsettled ON observed_trace (last_part_at_ms) WHERE last_part > settled_part;

  -- JSON text of the spans of one trace in one request: Postgres compresses it by itself.
  CREATE TABLE span_part (
    trace_position BIGINT NOT NULL,
    number BIGINT NOT NULL,
    spans TEXT NOT NULL,
    PRIMARY KEY (trace_position, number)
  );

  CREATE TABLE trace (
    run_id TEXT COLLATE "C" PRIMARY KEY,
    trace_id TEXT COLLATE "C",
    origin TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C",
    session TEXT COLLATE "C",
    outcome TEXT COLLATE "C" NOT NULL,
    started_at_ms DOUBLE PRECISION NOT NULL,
    duration_ms DOUBLE PRECISION NOT NULL,
    cost_micro_usd DOUBLE PRECISION,
    error_count BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- Words are cut by wordsOf, marks are made by trace-marks.ts: taken as they are.
    words TSVECTOR NOT NULL
  );
  CREATE INDEX trace_by_trace_id ON trace (trace_id) WHERE trace_id IS NOT NULL;
  CREATE INDEX trace_by_time ON trace (started_at_ms, run_id);
  CREATE INDEX trace_by_agent ON trace (agent, started_at_ms, run_id);
  CREATE INDEX trace_by_user ON trace (user_id, started_at_ms, run_id) WHERE user_id IS NOT NULL;
  CREATE INDEX trace_by_session ON trace (session, started_at_ms, run_id) WHERE session IS NOT NULL;
  CREATE INDEX trace_search ON trace USING gin (words);

  CREATE TABLE feedback (
    id TEXT COLLATE "C" PRIMARY KEY,
    run_id TEXT COLLATE "C" NOT NULL,
    at_ms DOUBLE PRECISION NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX feedback_by_run ON feedback (run_id, at_ms, id);
  CREATE INDEX feedback_by_person ON feedback (said_by);
  `,
  // Logs whose summary is not written yet, or is out of date: noted with what makes it so, all or nothing.
  `
  CREATE TABLE unsettled_log (
    run_id TEXT COLLATE "C" PRIMARY KEY,
    change BIGINT NOT NULL
  );
  CREATE FUNCTION note_unsettled_log(run_id TEXT) RETURNS void LANGUAGE sql AS $$
    INSERT INTO unsettled_log VALUES (run_id, 1)
    ON CONFLICT ON CONSTRAINT unsettled_log_pkey DO UPDATE SET change = unsettled_log.change + 1
  $$;
  CREATE FUNCTION note_ended_run() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM note_unsettled_log(NEW.id); RETURN NULL; END
  $$;
  CREATE FUNCTION note_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM note_unsettled_log(NEW.run_id); RETURN NULL; END
  $$;
  CREATE TRIGGER run_ended AFTER UPDATE OF status ON run FOR EACH ROW
    WHEN (NEW.status = 'ended' AND OLD.status <> 'ended') EXECUTE FUNCTION note_ended_run();
  CREATE TRIGGER trial_saved AFTER INSERT ON trial FOR EACH ROW EXECUTE FUNCTION note_log();
  CREATE TRIGGER feedback_given AFTER INSERT ON feedback FOR EACH ROW EXECUTE FUNCTION note_log();
  INSERT INTO unsettled_log SELECT id, 1 FROM run WHERE status = 'ended' UNION SELECT run_id, 1 FROM trial;
  `,
];
