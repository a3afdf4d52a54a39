import { z } from "zod";
import type { RunEvent, SourceReference } from "../domain/index.ts";
import { type Json, valueAtPath } from "../kernel/index.ts";
import type { FinishedRun } from "./check.ts";
import { defineCheck, fail, pass, undecided } from "./define-check.ts";
import { hasSucceeded, resultOf, toolCallsOf } from "./reading/tool-calls.ts";
import { showList, showValue } from "./show-value.ts";
import { matchesName, toolPattern } from "./text-schemas.ts";

const HOUR_MS = 3_600_000;

const latestVersion = defineCheck({
  name: "latestVersion",
  summary: "Answers from the latest version of a source: the last reading of it holds that version.",
  options: z
    .strictObject({
      source: z
        .string()
        .min(1)
        .optional()
        .describe("id of the source, * allowed; as tools report it with their results"),
      tool: toolPattern.optional().describe("with path: the tool whose result says which version it is"),
      path: z.string().min(1).optional().describe("where in that result the version stands"),
      latest: z.union([z.string(), z.number()]).optional().describe("the version that must be used"),
      latestFromState: z
        .string()
        .min(1)
        .optional()
        .describe("path in the initial state where the latest version stands"),
    })
    .refine((given) => (given.source === undefined) !== (given.tool === undefined || given.path === undefined), {
      message: "expected either source, or tool and path",
    })
    .refine((given) => (given.latest === undefined) !== (given.latestFromState === undefined), {
      message: "expected either latest or latestFromState",
    }),
  example: { source: "refund-policy", latest: "2026-11" },
  compile: ({ source, tool, path, latest, latestFromState }) => {
    const what = source ?? `${tool ?? ""} ${path ?? ""}`;
    const wantedText = latest === undefined ? `the one at ${latestFromState ?? ""} in the state` : `version ${latest}`;
    return {
      label: what,
      explain: `Its last reading of ${what} is of the latest version, ${wantedText}.`,
      judge(run) {
        const wanted = latest ?? (run.state ? valueAtPath(run.state.before, latestFromState ?? "") : undefined);
        if (wanted === undefined) return undecided(`The latest version of ${what} is unknown: the state does not say.`);
        const readings =
          source === undefined ? readingsByPath(run, tool ?? "", path ?? "") : readingsBySource(run, source);
        const last = readings.at(-1);
        if (!last) {
          if (source !== undefined && !hasSources(run))
            return undecided("No tool recorded the sources of its results.");
          return fail(`It never read ${what}.`);
        }
        const versions = last.versions.filter((version) => version !== undefined);
        if (versions.length === 0) return undecided(`It is not recorded which version of ${what} it read.`, [last.seq]);
        if (versions.some((version) => String(version) === String(wanted))) {
          return pass(`It last read ${what} in version ${showValue(wanted)}.`, [last.seq]);
        }
        const read = showList(versions.map(showValue));
        return fail(`It last read ${what} in version ${read}, and the latest is ${showValue(wanted)}.`, [last.seq]);
      },
    };
  },
});

const sourceFresherThan = defineCheck({
  name: "sourceFresherThan",
  summary: "Answers from sources that are not too old: the last reading of each is fresh enough.",
  options: z
    .strictObject({
      days: z.number().positive().optional(),
      hours: z.number().positive().optional(),
      source: z.string().min(1).default("*").describe("id of the source, * allowed"),
      at: z.iso
        .datetime({ offset: true })
        .optional()
        .describe("the time that age is counted from; the agent's clock at the reading where it is left out"),
    })
    .refine((given) => (given.days === undefined) !== (given.hours === undefined), {
      message: "expected either days or hours",
    }),
  example: { days: 30, source: "refund-policy" },
  compile: ({ days, hours, source, at }) => {
    const limitMs = (hours ?? (days ?? 0) * 24) * HOUR_MS;
    const limit = days === undefined ? `${hours ?? 0} hours` : `${days} days`;
    return {
      label: `${source}, ${limit}`,
      explain: `Every source it reads${source === "*" ? "" : ` as ${source}`} is at most ${limit} old.`,
      judge(run) {
        if (!hasSources(run)) return undecided("No tool recorded the sources of its results.");
        const nowMs = at === undefined ? undefined : Date.parse(at);
        const readings = [...lastReadings(run, source, nowMs).values()];
        if (readings.length === 0) return fail(`It never read ${source}.`);
        const seqs = readings.map(({ seq }) => seq);
        const stale = readings.filter(({ ageMs }) => ageMs !== undefined && ageMs > limitMs);
        const [oldest] = stale.toSorted((left, right) => (right.ageMs ?? 0) - (left.ageMs ?? 0));
        if (oldest) {
          const age = ((oldest.ageMs ?? 0) / HOUR_MS / (days === undefined ? 1 : 24)).toFixed(1);
          const unit = days === undefined ? "hours" : "days";
          return fail(
            `${oldest.id} was ${age} ${unit} old, more than ${limit}.`,
            stale.map(({ seq }) => seq),
          );
        }
        const ageless = readings.filter(({ ageMs }) => ageMs === undefined).map(({ id }) => id);
        if (ageless.length > 0) return undecided(`It is not recorded how old ${showList(ageless)} was.`, seqs);
        return pass(`All ${readings.length} sources were at most ${limit} old.`, seqs);
      },
    };
  },
});

export const SOURCE_CHECKS = { latestVersion, sourceFresherThan } as const;

interface Reading {
  readonly seq: number;
  readonly versions: readonly (Json | undefined)[];
}

function returnsWithSources({ events }: FinishedRun) {
  return events.filter(
    (event): event is RunEvent<"tool.returned"> => event.type === "tool.returned" && event.sources !== undefined,
  );
}

function hasSources(run: FinishedRun): boolean {
  return returnsWithSources(run).length > 0;
}

function readingsBySource(run: FinishedRun, source: string): Reading[] {
  return returnsWithSources(run)
    .map(({ seq, sources = [] }) => ({ seq, found: sources.filter(({ id }) => matchesName(source, id)) }))
    .filter(({ found }) => found.length > 0)
    .map(({ seq, found }) => ({ seq, versions: found.map(({ version }) => version) }));
}

function readingsByPath(run: FinishedRun, tool: string, path: string): Reading[] {
  return toolCallsOf(run.events)
    .filter((call) => matchesName(tool, call.tool) && hasSucceeded(call))
    .map(({ called, returned }) => ({
      seq: returned?.seq ?? called.seq,
      versions: [valueAtPath(resultOf(returned), path)],
    }));
}

interface AgedReading {
  readonly id: string;
  readonly seq: number;
  readonly ageMs: number | undefined;
}

/** A source that was read again counts as it was read last; versions of one source in one result, by the youngest. */
function lastReadings(run: FinishedRun, source: string, nowMs: number | undefined): ReadonlyMap<string, AgedReading> {
  const readings = new Map<string, AgedReading>();
  let clockMs: number | undefined;
  for (const event of run.events) {
    if (event.type === "clock.read") clockMs = event.valueMs;
    if (event.type !== "tool.returned") continue;
    const readAtMs = nowMs ?? clockMs ?? event.atMs;
    for (const reference of event.sources ?? []) {
      if (!matchesName(source, reference.id)) continue;
      const previous = readings.get(reference.id);
      const ageMs = ageOf(reference, readAtMs);
      const isOlderCopy = previous?.seq === event.seq && (previous.ageMs ?? Infinity) < (ageMs ?? Infinity);
      if (!isOlderCopy) readings.set(reference.id, { id: reference.id, seq: event.seq, ageMs });
    }
  }
  return readings;
}

function ageOf({ updatedAtMs }: SourceReference, nowMs: number): number | undefined {
  return updatedAtMs === undefined ? undefined : nowMs - updatedAtMs;
}
