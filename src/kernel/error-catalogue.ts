interface CatalogueEntry {
  readonly http: number;
  /** sysexits.h: 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 74 I/O, 75 try again, 78 config. 2 = could not measure. */
  readonly exit: number;
  readonly retry: boolean;
  readonly fix: string;
}

/** Every failure Aegis can name; `docs/reference/errors.md` is generated from it. Keep each room's codes together. */
export const ERROR_CATALOGUE = {
  // stats
  "stats.bad_counts": { http: 422, exit: 65, retry: false, fix: "Leave void trials out of both counts." },
  "stats.bad_sample": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Pass samples with at least one finite number each, of equal length where they are paired.",
  },
  "stats.bad_option": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give levels and rates as proportions (0.05, not 5), and a k no larger than the trials of a case.",
  },
  // store and log
  "store.locked": {
    http: 503,
    exit: 75,
    retry: true,
    fix: "Stop the other writer, or give this one a store of its own: AEGIS_STORE=path.",
  },
  "store.corrupt": {
    http: 500,
    exit: 74,
    retry: false,
    fix: "Restore the file from a backup, or move it away so that a new store is made.",
  },
  "store.newer": {
    http: 500,
    exit: 78,
    retry: false,
    fix: "The store was written by a newer Aegis: install that version, or name another file in AEGIS_STORE.",
  },
  "store.unavailable": {
    http: 503,
    exit: 74,
    retry: true,
    fix: "Check that the folder exists, is writable and has free space.",
  },
  "store.bad_text": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Use names and ids without NUL characters and unpaired surrogates.",
  },
  "log.conflict": {
    http: 409,
    exit: 75,
    retry: false,
    fix: "Another writer appended first: read the log again and continue from its last sequence number.",
  },
  "log.journal_mismatch": {
    http: 409,
    exit: 65,
    retry: false,
    fix: "The agent's code no longer makes the calls its log holds: finish the run on the version that began it.",
  },
  "log.event_too_large": {
    http: 413,
    exit: 65,
    retry: false,
    fix: "Keep one message, result or body under 4 MiB; hand larger things over by reference.",
  },
  "log.bad_event": { http: 422, exit: 65, retry: false, fix: "Give events a time and plain JSON values." },
  "log.closed": { http: 409, exit: 70, retry: false, fix: "Append before the run's log is closed." },
  "log.bad_offset": {
    http: 416,
    exit: 65,
    retry: false,
    fix: "Read from an offset this log has given out, or from 0.",
  },
  // runtime
  "session.not_found": { http: 404, exit: 66, retry: false, fix: "List your sessions with GET /v1/sessions." },
  "session.exists": { http: 409, exit: 65, retry: false, fix: "Choose another id, or leave it out: one is then made." },
  "session.closed": { http: 409, exit: 65, retry: false, fix: "Begin a new session." },
  "session.queue_full": {
    http: 429,
    exit: 75,
    retry: true,
    fix: "Wait until the session has worked off its messages, or send with whenBusy `steer` or `interrupt`.",
  },
  "run.not_found": { http: 404, exit: 66, retry: false, fix: "List your runs with GET /v1/runs." },
  "run.ended": { http: 409, exit: 65, retry: false, fix: "The run is over: send a new message to its session." },
  "run.nothing_to_decide": {
    http: 409,
    exit: 65,
    retry: false,
    fix: "GET /v1/runs/RUN/decisions lists what the run waits for.",
  },
  "run.already_decided": { http: 409, exit: 65, retry: false, fix: "Somebody was first; the run's log says who." },
  "runtime.draining": {
    http: 503,
    exit: 75,
    retry: true,
    fix: "This process hands over to the next one: send the request again.",
  },
  "runtime.overloaded": {
    http: 429,
    exit: 75,
    retry: true,
    fix: "Wait as long as Retry-After says, or raise the limit named.",
  },
  "version.not_offered": {
    http: 409,
    exit: 65,
    retry: false,
    fix: "Start a process that has this version's code first; GET /v1/agents lists what is offered.",
  },
  "version.bad_weights": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give each version once, with a weight of 0 or more, and at least one above 0.",
  },
  "memory.conflict": {
    http: 409,
    exit: 75,
    retry: false,
    fix: "Somebody wrote first: read the entry again and write with its version.",
  },
  "dispatch.unavailable": {
    http: 503,
    exit: 75,
    retry: true,
    fix: "Start the engine (Restate), or serve with --dispatch local; accepted runs go on when it is back.",
  },
  // agent
  "agent.not_found": {
    http: 404,
    exit: 78,
    retry: false,
    fix: "Name an agent of aegis.config.ts, or put agents/<name>.ts into the project.",
  },
  "agent.bad_definition": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Correct the file; it must export the result of defineAgent({ name, version, ... }) as default.",
  },
  "agent.failed": { http: 502, exit: 1, retry: false, fix: "Read the trial's log: the agent threw or exited." },
  "agent.bad_answer": {
    http: 502,
    exit: 1,
    retry: false,
    fix: 'Answer with JSON {"answer": "..."} or plain text on stdout, within the output limit.',
  },
  "agent.uncertain": {
    http: 409,
    exit: 2,
    retry: false,
    fix: "The tool may or may not have run: declare it idempotent, give it `reconcile`, or let a person decide.",
  },
  // model
  "model.rate_limited": { http: 429, exit: 2, retry: true, fix: "Lower --concurrency, or wait for the provider." },
  "model.unavailable": {
    http: 502,
    exit: 2,
    retry: true,
    fix: "Check the provider's status and your key, then use --resume.",
  },
  "model.script_exhausted": {
    http: 500,
    exit: 2,
    retry: false,
    fix: "Add a rule that matches this conversation to the script, or a `fallback`.",
  },
  "model.replay_miss": {
    http: 500,
    exit: 2,
    retry: false,
    fix: "The agent asked for more model calls than were recorded: record again, or set onMiss.",
  },
  "model.bad_script": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Correct the script at the place named; `aegis model serve --help` shows one.",
  },
  "model.bad_request": {
    http: 400,
    exit: 65,
    retry: false,
    fix: "Send an OpenAI chat completion request with `messages`.",
  },
  "model.bad_path": { http: 404, exit: 65, retry: false, fix: "Use /v1/chat/completions, /v1/models or /health." },
  "model.body_too_large": { http: 413, exit: 65, retry: false, fix: "Send a shorter conversation." },
  "model.unsafe_bind": {
    http: 400,
    exit: 64,
    retry: false,
    fix: "Bind 127.0.0.1, ::1 or localhost: the model server asks nobody for a password.",
  },
  // sandbox
  "sandbox.unavailable": {
    http: 503,
    exit: 2,
    retry: false,
    fix: "Run `aegis doctor` to see which isolation levels work here and what is missing.",
  },
  "sandbox.spawn_failed": {
    http: 503,
    exit: 2,
    retry: true,
    fix: "Free processes, memory or file handles, then use --resume.",
  },
  // check and judge
  "check.unknown": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Use one of the checks that docs/reference/checks.md of Aegis lists.",
  },
  "check.bad_spec": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Correct the check at the place named; docs/reference/checks.md of Aegis lists its options.",
  },
  "judge.bad_labels": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give JSON lines with {id, input, output, label: true|false} per line.",
  },
  "judge.bad_calibration": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Write the record anew with `aegis judge calibrate`.",
  },
  // eval
  "suite.not_found": {
    http: 404,
    exit: 66,
    retry: false,
    fix: "List the suites with `aegis case list`, or pass a path.",
  },
  "suite.bad_file": { http: 422, exit: 65, retry: false, fix: "Correct the file at the place named." },
  "suite.no_cases": { http: 422, exit: 2, retry: false, fix: "Loosen the filters, or add a case file." },
  "case.not_found": { http: 404, exit: 66, retry: false, fix: "List the cases with `aegis case list`." },
  "case.bad_file": { http: 422, exit: 65, retry: false, fix: "Correct the case file at the place named." },
  "case.missing_fixture": {
    http: 422,
    exit: 66,
    retry: false,
    fix: "Create the file, or correct its path (relative to the case file).",
  },
  "case.duplicate_id": { http: 422, exit: 65, retry: false, fix: "Give every case of the suite its own id." },
  "eval.unknown_run": { http: 404, exit: 66, retry: false, fix: "List the eval runs with `aegis eval list`." },
  "eval.no_baseline": { http: 404, exit: 66, retry: false, fix: "Set one with `aegis eval baseline set RUN`." },
  "eval.still_running": {
    http: 409,
    exit: 75,
    retry: true,
    fix: "Wait for the other process, or stop it and use --resume.",
  },
  "eval.nothing_to_resume": { http: 404, exit: 66, retry: false, fix: "Start a new run without --resume." },
  "eval.changed_since": {
    http: 409,
    exit: 65,
    retry: false,
    fix: "The suite changed since the run began: start a new run, or check out the old suite.",
  },
  "eval.duplicate_run": {
    http: 409,
    exit: 65,
    retry: false,
    fix: "Choose another --run name, or leave --run out: a name is then made.",
  },
  "eval.bad_gate": {
    http: 422,
    exit: 64,
    retry: false,
    fix: "Give --fail-under in percent, from 1 to 100 (95, not 0.95).",
  },
  "report.comment_failed": {
    http: 502,
    exit: 74,
    retry: true,
    fix: "Give the token `pull-requests: write`, and check the repository and the number of the pull request.",
  },
  // import
  "import.bad_format": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Check --format (tau1, tau2, jsonl) and that the file is whole.",
  },
  "import.no_success_path": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "The reward is a composite: name the field that says success with --success PATH.",
  },
  "data.missing": {
    http: 404,
    exit: 66,
    retry: false,
    fix: "Set AEGIS_DATA to the folder that holds the recorded data.",
  },
  // app and cli
  "config.bad_file": { http: 422, exit: 78, retry: false, fix: "Correct aegis.config.ts at the place named." },
  "cli.usage": { http: 400, exit: 64, retry: false, fix: "See the command's --help." },
  "cli.exists": { http: 409, exit: 73, retry: false, fix: "Choose another folder, or pass --force." },
  "node.too_old": { http: 500, exit: 69, retry: false, fix: "Install Node 26: `npm install --save-dev node@26`." },
  "io.not_found": { http: 404, exit: 66, retry: false, fix: "Check the path; it is relative to the current folder." },
  "io.failed": {
    http: 500,
    exit: 74,
    retry: true,
    fix: "Check that the path is right and that you may use it; for a file to be written, that there is space.",
  },
} as const satisfies Record<string, CatalogueEntry>;
