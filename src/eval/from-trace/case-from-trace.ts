import type { CheckSpec, ExpectedOutcome, Finding, RecordedTake, RunEvent } from "../../domain/index.ts";
import { compileCheck } from "../../check/index.ts";
import { AegisError, isJsonObject, type JsonObject, toJson } from "../../kernel/index.ts";
import { openRedactor } from "../../network/index.ts";
import { type CaseParts, filesOf, slugOf } from "./case-files.ts";
import { productionFaults } from "./production-faults.ts";
import { proposeChecks } from "./propose-checks.ts";
import { type TakenLog, takeOfLog } from "./take-of-log.ts";
import { toolsOfLogs } from "./tools-of-logs.ts";
import type { TraceCaseRequest, TracedRun } from "./trace-case-request.ts";
import { worldOfLog } from "./world-of-log.ts";

export interface TraceCase {
  readonly id: string;
  /** Relative to the folder of cases. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly checks: readonly CheckSpec[];
  /** Names of the verdicts that a reproduction fails. */
  readonly failing: readonly string[];
  /** Names of all verdicts that the case itself asks for. */
  readonly own: readonly string[];
  /** The failed run as the case plays it. */
  readonly take: RecordedTake;
  /** Secrets that were hidden, by kind. */
  readonly redacted: Readonly<Record<string, number>>;
  /** Sentences on what of the trace is not in the case. */
  readonly notRecorded: readonly string[];
}

/**
 * A failure in production as a case of a suite. Pure: the same logs give the same files.
 *
 * @throws {AegisError} "case.nothing_recorded" for a log in which nobody says anything to the agent
 */
export async function caseFromTrace(request: TraceCaseRequest): Promise<TraceCase> {
  const { failed, good, findings } = request;
  const taken = takeOfLog(failed.events, "failure");
  if (taken.take.turns.length === 0) throw nothingRecorded(failed);
  const world = worldOfLog(failed.events);
  const checks = await proposeChecks({
    failed: failed.events,
    findings,
    known: request.checks,
    good: good?.events,
    expected: expectedIn(failed.events),
    user: world.user,
  });
  const played = checks.isWhole ? taken.take : upToFailure(taken, findings);
  const { faults, take } = productionFaults(played);
  const notRecorded = [...taken.notRecorded, ...world.notRecorded, ...checks.notRecorded];
  const goodTake = good && takeOfLog(good.events, "good").take;
  const redactor = openRedactor();
  const whole = redactor.redactJson(
    toJson({
      checks: checks.specs,
      takes: [take, ...(goodTake && goodTake.turns.length > 0 ? [goodTake] : [])],
      tools: toolsOfLogs([failed.events, ...(good ? [good.events] : [])]),
      why: whyOf([...findings, ...checks.failing]),
      greeting: taken.greeting,
      isWhole: checks.isWhole,
      from: provenance(request),
      world,
      faults,
    }),
  );
  const clean = whole as unknown as CaseParts;
  const redacted = redactor.takeCounts();
  const id = request.id ?? makeId(failed.runId, clean);
  // By what is written: a hidden secret may be part of a name.
  const names = clean.checks.map((spec) => compileCheck(spec).name);
  const isUnfinished = take.ended.outcome !== "answered";
  return {
    id,
    files: filesOf(request, { ...clean, id, from: { ...clean.from, ...told(redacted, notRecorded) } }),
    checks: clean.checks,
    failing: [...(isUnfinished ? [FINISHED] : []), ...checks.failing.flatMap(({ index }) => names[index] ?? [])],
    own: [FINISHED, ...names],
    take: clean.takes[0] ?? take,
    redacted,
    notRecorded,
  };
}

/** The conversation up to the turn in which the last thing was found. */
function upToFailure({ take, turnSeqs }: TakenLog, findings: readonly Finding[]): RecordedTake {
  const seqs = findings.flatMap(({ evidence }) => evidence);
  if (seqs.length === 0) return take;
  const last = turnSeqs.findLastIndex((seq) => seq <= Math.max(...seqs));
  if (last === -1 || last === take.turns.length - 1) return take;
  return { ...take, turns: take.turns.slice(0, last + 1), ended: { outcome: "answered" } };
}

function whyOf(found: readonly { readonly explanation: string }[]): string {
  const sentences = [...new Set(found.map(({ explanation }) => explanation))];
  return sentences.length === 0
    ? "A run of production in which no detector found anything: say here what went wrong."
    : sentences.slice(0, WHY_MAX).join(" ");
}

/** The verdict that every trial gets, on whether the agent came to its end. */
const FINISHED = "agent finished";

const WHY_MAX = 3;
const ID_LENGTH_MAX = 60;

/** Of the task or the first words of the user, after secrets were hidden, and the end of the run's id. */
function makeId(runId: string, { from, takes }: CaseParts): string {
  const said = (takes[0]?.turns[0]?.user ?? "").split(/\s+/).slice(0, 6).join(" ");
  const name = typeof from["case"] === "string" ? `task ${from["case"]}` : said;
  const stem = slugOf(name).slice(0, ID_LENGTH_MAX).replace(/-$/, "") || "trace";
  return `${stem}-${slugOf(runId.slice(-8))}`;
}

/** Where it comes from. */
function provenance({ failed, good, findings, incident }: TraceCaseRequest): JsonObject {
  const started = failed.events.find((event) => event.type === "run.started");
  const { caseId, agent, origin } = started ?? {};
  return {
    trace: failed.runId,
    ...(incident !== undefined && { incident }),
    ...(good && { good: good.runId }),
    ...(origin !== undefined && { origin }),
    ...(agent && { agent: `${agent.name}@${agent.version}` }),
    ...(caseId !== undefined && { case: caseId }),
    findings: [...new Set(findings.map(({ detector }) => detector))],
  };
}

/** What became of it on the way. */
function told(redacted: Readonly<Record<string, number>>, notRecorded: readonly string[]): JsonObject {
  return {
    ...(Object.keys(redacted).length > 0 && { redacted }),
    ...(notRecorded.length > 0 && { notRecorded }),
  };
}

/** What the importer of a recording kept beside it. */
function expectedIn(events: readonly RunEvent[]): ExpectedOutcome | undefined {
  const started = events.find((event) => event.type === "run.started");
  const expected = started?.attributes?.["expected"];
  return isJsonObject(expected) ? (expected as unknown as ExpectedOutcome) : undefined;
}

function nothingRecorded({ runId, events }: TracedRun): AegisError {
  const end = events.findLast((event) => event.type === "run.ended");
  const how = end?.error ? `; it ended by ${end.error.name}: ${end.error.message.slice(0, 200)}` : "";
  return new AegisError("case.nothing_recorded", `nobody says anything to the agent in run ${runId}${how}`, {
    details: { runId },
  });
}
