// Everything that must be true when all is over, of each run and of all of them together.
import { canonicalJson } from "../../src/kernel/index.ts";
import { checkEffects } from "./check-effects.ts";
import { checkRun } from "./check-run.ts";
import { type Evidence, only, type RunEvidence, type Violation } from "./evidence.ts";
import { isAside } from "./plan.ts";

export function checkAll(evidence: Evidence): Violation[] {
  return [
    ...evidence.runs.flatMap((run) =>
      [...checkRun(run), ...checkEffects(run)].map((what) => ({ runId: run.accepted.id, what })),
    ),
    ...checkKeys(evidence),
    ...checkAsides(evidence),
    ...checkSessions(evidence),
    ...checkMemories(evidence),
  ];
}

/** However often it was asked, each key made one run; and nothing runs that nobody asked for. */
function checkKeys({ runs, records }: Evidence): Violation[] {
  const accepted = new Set(runs.map(({ accepted: { id } }) => id));
  const keys = new Map<string, number>();
  for (const { sessionId, idempotencyKey } of records) {
    const key = `${sessionId} ${idempotencyKey}`;
    keys.set(key, (keys.get(key) ?? 0) + 1);
  }
  return [
    ...[...keys].flatMap(([key, count]) => (count === 1 ? [] : [{ what: `the key ${key} made ${count} runs` }])),
    ...records.flatMap(({ id, input }) =>
      accepted.has(id) || isAside(input.message) ? [] : [{ runId: id, what: "nobody was told of this run" }],
    ),
    ...(accepted.size === runs.length ? [] : [{ what: "two requests were answered with one run" }]),
  ];
}

/** What was said to a session at work is heard once: by the run under way, or by one of its own, which ends. */
function checkAsides({ runs, records, asides, asideLogs }: Evidence): Violation[] {
  const logs = [...runs.map(({ events }) => events), ...asideLogs.values()];
  const heard = new Map<string, number>();
  for (const { content } of logs.flatMap((events) => only(events, "message.received"))) {
    heard.set(content, (heard.get(content) ?? 0) + 1);
  }
  const open = records.filter(
    ({ id, status, outcome }) => asideLogs.has(id) && (status !== "ended" || outcome !== "answered"),
  );
  return [
    ...asides.flatMap(({ message, sessionId }) =>
      heard.get(message) === 1
        ? []
        : [{ what: `${message} was heard ${heard.get(message) ?? 0} times${runsOf(records, sessionId)}` }],
    ),
    ...open.map(({ id, status, outcome }) => ({
      runId: id,
      what: `it answers an aside, and is ${status}, ${outcome}`,
    })),
  ];
}

function runsOf(records: Evidence["records"], sessionId: string): string {
  const own = records.filter((record) => record.sessionId === sessionId);
  return own.map((record) => `\n  ${JSON.stringify(record)}`).join("");
}

/** A session's state counts the mixer's answers: none is lost, none counts twice. Its runs came one after another. */
function checkSessions({ runs, records, sessions }: Evidence): Violation[] {
  return sessions.flatMap(({ id, agent, state }) => {
    const own = runs.filter(({ accepted }) => accepted.sessionId === id);
    const wrong: Violation[] = [];
    const answered = records.filter(({ sessionId, outcome }) => sessionId === id && outcome === "answered").length;
    if (agent === "mixer" && Number(state["answered"] ?? 0) !== answered) {
      wrong.push({ what: `session ${id} counts ${String(state["answered"])} answers, its runs ${answered}` });
    }
    const begun = own.filter(({ events }) => events.length > 3 || events.some(({ type }) => type.endsWith(".called")));
    const inOrder = begun.toSorted((left, right) => (left.record?.position ?? 0) - (right.record?.position ?? 0));
    for (const [index, run] of inOrder.entries()) {
      const before = inOrder[index - 1];
      if (before && (run.events[0]?.atMs ?? 0) < (before.events.at(-1)?.atMs ?? 0)) {
        wrong.push({ runId: run.accepted.id, what: `it began before ${before.accepted.id} had ended` });
      }
    }
    return wrong;
  });
}

/** Every write that a log holds made one version, and there are no others. */
function checkMemories({ runs, memories }: Evidence): Violation[] {
  const wrong: Violation[] = [];
  const known = new Set<string>();
  for (const run of runs) wrong.push(...checkWrites(run, { memories, known }));
  for (const [key, markers] of memories) {
    for (const marker of markers)
      if (!known.has(`${key} ${marker}`)) wrong.push({ what: `nobody wrote ${marker} to ${key}` });
  }
  return wrong;
}

function checkWrites(
  { accepted, events }: RunEvidence,
  { memories, known }: { readonly memories: Evidence["memories"]; readonly known: Set<string> },
): Violation[] {
  const returned = new Map(only(events, "memory.returned").map((event) => [event.effect, event]));
  return only(events, "memory.called").flatMap(({ effect, owner, key, value }) => {
    const { marker = "" } = (value ?? {}) as { readonly marker?: string };
    const place = `${owner === "agent" ? accepted.agent : "user"} ${key}`;
    known.add(`${place} ${marker}`);
    const versions = (memories.get(place) ?? []).flatMap((each, index) => (each === marker ? [index + 1] : []));
    const end = returned.get(effect);
    if (end === undefined ? versions.length <= 1 : canonicalJson(versions) === canonicalJson([end.version ?? null])) {
      return [];
    }
    return [
      { runId: accepted.id, what: `${marker} is version ${versions.join(", ")} of ${place}, not ${end?.version}` },
    ];
  });
}
