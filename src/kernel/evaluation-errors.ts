import type { CatalogueEntry } from "./catalogue-entry.ts";

/** Of checks, judges, suites, eval runs and imports. Keep each room's codes together. */
export const EVALUATION_ERRORS = {
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
  // world
  "world.no_database": {
    http: 503,
    exit: 2,
    retry: true,
    fix: "Start the Postgres server, install the package pg, and name a template that nobody is connected to.",
  },
  "world.service_failed": {
    http: 502,
    exit: 2,
    retry: true,
    fix: "Run the service's command by hand in the case's folder, and correct its command, port or health path.",
  },
  "world.user_failed": {
    http: 502,
    exit: 2,
    retry: true,
    fix: "Look at the simulated user of the case; where it speaks through a model, at that model's address and key.",
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
  "case.needs_sandbox": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Run it with --isolation process or stronger: at none there is no workspace and no place for services.",
  },
  "case.duplicate_id": { http: 422, exit: 65, retry: false, fix: "Give every case of the suite its own id." },
  "case.no_demotion": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Mend the agent; or where the behaviour is no longer wanted, rewrite or remove the case in a commit that says why.",
  },
  "case.changed_file": {
    http: 409,
    exit: 65,
    retry: true,
    fix: "Somebody wrote to the file meanwhile: run the command again.",
  },
  "eval.unknown_run": { http: 404, exit: 66, retry: false, fix: "List the eval runs with `aegis eval list`." },
  "eval.no_workers": {
    http: 503,
    exit: 75,
    retry: true,
    fix: "Start workers of this project with `aegis serve --trials`: the same store, serve.restate and version of Aegis.",
  },
  "eval.not_taken": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Give the workers the project as it is here: the same files, in the folder that their config is in.",
  },
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
  // fault
  "fault.unknown": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Use one of the faults that docs/reference/faults.md of Aegis lists.",
  },
  "fault.bad_target": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give `on` as `tool NAME`, `model`, `http [METHOD] HOST/PATH` or `mcp SERVER`, and a fault that fits there.",
  },
  "fault.bad_schedule": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give call (from 1), burst {from, count}, probability (0 to 1) or window {from, to} so that some call fits all of them.",
  },
  "fault.bad_parameters": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Correct the parameter named; docs/reference/faults.md of Aegis lists each fault's own.",
  },
  // conditions and simulated users
  "condition.unknown": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Use one of the conditions that the message names.",
  },
  "condition.bad_parameters": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Correct the parameter of the condition at the place named.",
  },
  "condition.not_applicable": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Leave the condition out for this case, or give the case what the message says is missing.",
  },
  "condition.bad_conversations": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Give results of tau-bench or tau2-bench, or JSON (lines) of chat messages with role and content.",
  },
  "user.bad_definition": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Correct the simulated user at the place named, or give it a script.",
  },
  "user.bad_style": {
    http: 422,
    exit: 78,
    retry: false,
    fix: "Use one of the messy operators that the message lists.",
  },
  "user.bad_answer": {
    http: 502,
    exit: 2,
    retry: true,
    fix: "Use a model that follows the simulated user's instructions, or give the user a script.",
  },
  // trace
  "trace.bad_payload": {
    http: 400,
    exit: 65,
    retry: false,
    fix: "Send a whole ExportTraceServiceRequest, as OTLP/HTTP has it: protobuf, or JSON with `resourceSpans`.",
  },
  "trace.export_failed": {
    http: 502,
    exit: 74,
    retry: true,
    fix: "Check that the collector's address takes OTLP over HTTP (usually port 4318, /v1/traces), and its headers.",
  },
  // replay of tools, and cases made of traces
  "replay.bad_cassette": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Write the cassette anew with `aegis case from-trace`, or correct the line named.",
  },
  "replay.miss": {
    http: 422,
    exit: 2,
    retry: false,
    fix: "Let what is not recorded reach the real tool (`onMiss: live`), or make the case anew with a run that did this (`aegis case from-trace ID --good ID`).",
  },
  "case.nothing_recorded": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Choose a run whose log holds what the user said.",
  },
  // import
  "import.bad_format": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "Check that the file is whole and of a known format; --format says which one it is.",
  },
  "import.no_success_path": {
    http: 422,
    exit: 65,
    retry: false,
    fix: "The reward is a composite: name the field that says success with --success PATH.",
  },
  // ready
  "ready.no_runs": {
    http: 422,
    exit: 66,
    retry: false,
    fix: "Name an eval run and production runs that have logs: aegis eval list, aegis run list --status ended.",
  },
  "ready.bad_weight": {
    http: 422,
    exit: 64,
    retry: false,
    fix: "Give weights of 0 or more by the names of dimensions that the message lists.",
  },
  "ready.bad_query": {
    http: 422,
    exit: 64,
    retry: false,
    fix: "Give run:NAME, live, or words such as agent=support since=7d origin=observed.",
  },
  "data.missing": {
    http: 404,
    exit: 66,
    retry: false,
    fix: "Set AEGIS_DATA to the folder that holds the recorded data.",
  },
} as const satisfies Record<string, CatalogueEntry>;
