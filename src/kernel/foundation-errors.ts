import type { CatalogueEntry } from "./catalogue-entry.ts";

/** Of numbers, stores, logs, agents, models, sandboxes and the command line. Keep each room's codes together. */
export const FOUNDATION_ERRORS = {
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
    fix: "Check that the folder exists, is writable and has free space; or that Postgres runs, has space and takes the user.",
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
  "agent.no_memory": {
    http: 500,
    exit: 1,
    retry: false,
    fix: "Run the agent where it has memory: under `aegis serve`, or in a trial.",
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
    fix: "Send a request as its API has it: with `messages`, or with `input` to /v1/responses.",
  },
  "model.bad_path": {
    http: 404,
    exit: 65,
    retry: false,
    fix: "Use /v1/chat/completions, /v1/responses, /v1/messages, /v1/models or /health.",
  },
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
  "sandbox.lost": {
    http: 503,
    exit: 2,
    retry: true,
    fix: "See the log of `aegis serve --trials` for why workers go away, then use --resume.",
  },
  "sandbox.bad_workspace": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Keep a workspace to files, folders and links, with short relative paths, within its limits of count and size.",
  },
  "sandbox.spawn_failed": {
    http: 503,
    exit: 2,
    retry: true,
    fix: "Free processes, memory or file handles, then use --resume.",
  },
  // network
  "network.egress_refused": {
    http: 403,
    exit: 77,
    retry: false,
    fix: "Allow the host and its port in the trial's network policy, or keep the agent from asking it.",
  },
  "network.bad_request": {
    http: 400,
    exit: 65,
    retry: false,
    fix: "Send one well-formed HTTP request, for the host that the connection was opened to.",
  },
  "network.bad_origin": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Name an origin without path, query or user, as in https://api.example.com.",
  },
  "network.upstream_failed": {
    http: 502,
    exit: 2,
    retry: true,
    fix: "Check that the host is up and can be reached from this machine.",
  },
  // Neither 404 nor 5xx: programs take the one for an answer, and try the other again.
  "network.replay_miss": {
    http: 424,
    exit: 2,
    retry: false,
    fix: "Record again, or correct the request: the message names the nearest one that was recorded.",
  },
  "network.bad_cassette": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Record the cassette again, or take it from version control; do not edit its lines by hand.",
  },
  "network.client_left": {
    http: 499,
    exit: 1,
    retry: false,
    fix: "The program closed its connection before the answer was over: raise its timeout if that was not meant.",
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
