import type { Command } from "../command.ts";

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command; the code of one is loaded only when it is called. */
export const COMMANDS = {
  init: {
    summary: "Make a project: config, an agent, three cases, a CI workflow.",
    load: async () => (await import("./init.ts")).init as never,
  },
  demo: {
    summary: "See the whole story on a small shop, offline, in under a minute.",
    load: async () => (await import("./demo.ts")).demo as never,
  },
  serve: {
    summary: "Serve the project's agents: sessions, durable streams, approvals, a chat page.",
    load: async () => (await import("./serve.ts")).serve as never,
  },
  deploy: {
    summary: "Bring the code that is there now live, without a break for anybody.",
    load: async () => (await import("./deploy.ts")).deploy as never,
  },
  "run list": {
    summary: "List runs of live sessions, newest first.",
    load: async () => (await import("./run-list.ts")).runList as never,
  },
  "run show": {
    summary: "Show one run: its log as a timeline, and what it waits for.",
    load: async () => (await import("./run-show.ts")).runShow as never,
  },
  "run decide": {
    summary: "Decide what a run waits for: an approval, or a tool call nobody knows the end of.",
    load: async () => (await import("./run-decide.ts")).runDecide as never,
  },
  "run cancel": {
    summary: "Cancel a run, whoever is at work on it.",
    load: async () => (await import("./run-cancel.ts")).runCancel as never,
  },
  "session list": {
    summary: "List sessions with live agents, newest first.",
    load: async () => (await import("./session-list.ts")).sessionList as never,
  },
  "session show": {
    summary: "Show what was said in a session.",
    load: async () => (await import("./session-show.ts")).sessionShow as never,
  },
  "agent list": {
    summary: "List agents: which versions are served, and where new runs go.",
    load: async () => (await import("./agent-list.ts")).agentList as never,
  },
  "agent route": {
    summary: "Share out an agent's new runs between versions: canary, promotion, rollback.",
    load: async () => (await import("./agent-route.ts")).agentRoute as never,
  },
  "memory list": {
    summary: "Show what agents remember of a user, or an agent's own memory.",
    load: async () => (await import("./memory-list.ts")).memoryList as never,
  },
  "user erase": {
    summary: "Erase everything there is of a user: memory, sessions, runs and their logs.",
    load: async () => (await import("./user-erase.ts")).userErase as never,
  },
  "key create": {
    summary: "Make an API key; its secret is shown once.",
    load: async () => (await import("./key-create.ts")).keyCreate as never,
  },
  "key list": {
    summary: "List API keys, newest first.",
    load: async () => (await import("./key-list.ts")).keyList as never,
  },
  "key revoke": {
    summary: "End an API key at once.",
    load: async () => (await import("./key-revoke.ts")).keyRevoke as never,
  },
  "trace list": {
    summary: "List runs of all origins, newest first, with what was found in them.",
    load: async () => (await import("./trace-list.ts")).traceList as never,
  },
  "trace show": {
    summary: "Show one run: what is known of it, what was found, and its log as a timeline.",
    load: async () => (await import("./trace-show.ts")).traceShow as never,
  },
  "trace search": {
    summary: "Find runs by what was said in them: by users, agents, tools and errors.",
    load: async () => (await import("./trace-search.ts")).traceSearch as never,
  },
  "trace import": {
    summary: "Read files of traces and recorded conversations: OTLP, Langfuse, Inspect, promptfoo, tau-bench, ...",
    load: async () => (await import("./trace-import.ts")).traceImport as never,
  },
  "trace export": {
    summary: "Give runs out as OpenTelemetry spans: OTLP JSON, or sent to a collector.",
    load: async () => (await import("./trace-export.ts")).traceExport as never,
  },
  "trace tail": {
    summary: "Show runs as they come in, until Ctrl-C.",
    load: async () => (await import("./trace-tail.ts")).traceTail as never,
  },
  "eval run": {
    summary: "Run a suite, several trials per case, and decide the gate.",
    load: async () => (await import("./eval-run.ts")).evalRun as never,
  },
  "eval show": {
    summary: "Show one eval run, or the trials of one of its cases.",
    load: async () => (await import("./eval-show.ts")).evalShow as never,
  },
  "eval list": {
    summary: "List eval runs, newest first.",
    load: async () => (await import("./eval-list.ts")).evalList as never,
  },
  "eval stress": {
    summary: "Put a suite under production's conditions, and find where the agent begins to fail.",
    load: async () => (await import("./eval-stress.ts")).evalStress as never,
  },
  "eval bleed": {
    summary: "Find out whether trials lean on what earlier trials left behind.",
    load: async () => (await import("./eval-bleed.ts")).evalBleed as never,
  },
  "eval plan": {
    summary: "Show what a run would do, and what its trials can and cannot show.",
    load: async () => (await import("./eval-plan.ts")).evalPlan as never,
  },
  "eval trend": {
    summary: "Show whether the agent got better, over versions, models, prompts or time.",
    load: async () => (await import("./eval-trend.ts")).evalTrend as never,
  },
  "eval review": {
    summary: "Find the cases of a suite that earn their place no more: the quarterly spring clean.",
    load: async () => (await import("./eval-review.ts")).evalReview as never,
  },
  "eval compare": {
    summary: "Compare two runs case by case: result and behaviour.",
    load: async () => (await import("./eval-compare.ts")).evalCompare as never,
  },
  "eval baseline set": {
    summary: "Make a run the baseline of its suite.",
    load: async () => (await import("./eval-baseline-set.ts")).evalBaselineSet as never,
  },
  "eval baseline show": {
    summary: "Show a suite's baseline.",
    load: async () => (await import("./eval-baseline-show.ts")).evalBaselineShow as never,
  },
  "eval import": {
    summary: "Import results recorded by others as an eval run.",
    load: async () => (await import("./eval-import.ts")).evalImport as never,
  },
  "case list": {
    summary: "List the cases of the project's suites.",
    load: async () => (await import("./case-list.ts")).caseList as never,
  },
  "case show": {
    summary: "Show one case as it will be run.",
    load: async () => (await import("./case-show.ts")).caseShow as never,
  },
  "case graduate": {
    summary: "Move capability cases that pass reliably to regression, as a patch to review.",
    load: async () => (await import("./case-graduate.ts")).caseGraduate as never,
  },
  "case from-trace": {
    summary: "Make a failed run a case of a suite, and see whether the failure comes again.",
    load: async () => (await import("./case-from-trace.ts")).caseFromTrace as never,
  },
  "case from-incident": {
    summary: "Make one case of each way in which the runs of an incident failed.",
    load: async () => (await import("./case-from-incident.ts")).caseFromIncident as never,
  },
  "judge calibrate": {
    summary: "Measure a judge's agreement with people's labels.",
    load: async () => (await import("./judge-calibrate.ts")).judgeCalibrate as never,
  },
  "ready sim2real": {
    summary: "Measure how far the evals lie from production, and what of it no case reproduces.",
    load: async () => (await import("./ready-sim2real.ts")).readySim2real as never,
  },
  "model serve": {
    summary: "Serve a scripted or recorded model as an OpenAI-compatible endpoint.",
    load: async () => (await import("./model-serve.ts")).modelServe as never,
  },
  "sandbox doctor": {
    summary: "Say which isolation levels work on this machine, why not, and the command that fixes it.",
    load: async () => (await import("./sandbox-doctor.ts")).sandboxDoctor as never,
  },
  "sandbox build": {
    summary: "Make the guest of level vm: kernel, root image and template; kept for all trials to come.",
    load: async () => (await import("./sandbox-build.ts")).sandboxBuild as never,
  },
  doctor: {
    summary: "Check what works on this machine, and how to fix what does not.",
    load: async () => (await import("./doctor.ts")).doctor as never,
  },
} as const satisfies Record<string, CommandEntry>;

export type CommandName = keyof typeof COMMANDS;
