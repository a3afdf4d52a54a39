import type { CheckSpec, ExpectedOutcome, Finding, RunEvent, UserContext, Verdict } from "../../domain/index.ts";
import { changesThings, compileCheck, declarationsOf, writesOf } from "../../check/index.ts";
import { checksOfFinding } from "./checks-of-finding.ts";
import { toldOnlyByGood } from "./told-by-good.ts";

export interface ProposedChecks {
  readonly specs: readonly CheckSpec[];
  /** Those that the failed run fails: their places among the specs, and what each says. */
  readonly failing: readonly { readonly index: number; readonly explanation: string }[];
  /** Whether they look at all that was done and told, as beside a good run they do: then the whole conversation belongs to the case. */
  readonly isWhole: boolean;
  readonly notRecorded: readonly string[];
}

export interface ProposalSources {
  readonly failed: readonly RunEvent[];
  readonly findings: readonly Finding[];
  /** That the run failed already. */
  readonly known?: readonly CheckSpec[] | undefined;
  readonly good?: readonly RunEvent[] | undefined;
  readonly expected?: ExpectedOutcome | undefined;
  readonly user?: UserContext | undefined;
}

/** A check that might do, the first of its kind that tells the failed run from a good one. */
interface Candidate {
  /** What it is to catch, for a sentence where none does. */
  readonly about: string;
  readonly specs: readonly CheckSpec[];
  /** Demanded also where the failed run holds it: a run that is right does so too. */
  readonly isKept: boolean;
}

/**
 * What a case demands: that what was found does not come again, and that what a good run did and told, or what the
 * recording says was right, is done and told. Each is tried: a good run must hold it, and only what the failed run does
 * not hold, or what belongs to the whole outcome, is kept.
 */
export async function proposeChecks(sources: ProposalSources): Promise<ProposedChecks> {
  const outcome = outcomeCandidates(sources);
  const found = sources.findings.map((finding): Candidate => {
    return { about: finding.detector, specs: checksOfFinding(finding, sources.failed), isKept: false };
  });
  const notRecorded: string[] = [];
  const specs: CheckSpec[] = [];
  const failing: { index: number; explanation: string }[] = [];
  const take = async (candidate: Candidate) => {
    const chosen = await choose(candidate, sources);
    if (typeof chosen === "string") notRecorded.push(chosen);
    else if (!specs.some((spec) => compileCheck(spec).name === chosen.name)) {
      if (chosen.isFailing) failing.push({ index: specs.length, explanation: chosen.explanation });
      specs.push(chosen.spec);
    }
  };
  const known = (sources.known ?? []).map((spec): Candidate => {
    return { about: compileCheck(spec).name, specs: [spec], isKept: false };
  });
  for (const candidate of [...outcome, ...known, ...found]) if (candidate.specs.length > 0) await take(candidate);
  const isWhole = outcome.length > 0;
  if (failing.length === 0 && sources.good) {
    const values = toldOnlyByGood(sources.failed, sources.good);
    if (values.length > 0) await take({ about: "what was told", specs: [{ tells: values }], isKept: false });
  }
  const nameless = found.filter(({ specs: proposed }) => proposed.length === 0).map(({ about }) => about);
  if (failing.length === 0 && nameless.length > 0) {
    notRecorded.push(
      `No check of the catalogue says what ${[...new Set(nameless)].join(", ")} found: write one, or a judge.`,
    );
  }
  return { specs, failing, isWhole, notRecorded };
}

function outcomeCandidates({ failed, good, expected }: ProposalSources): Candidate[] {
  const calls = good ? callsOf(good) : expected?.calls && writesAmong(expected.calls, failed);
  const told = expected?.told ?? [];
  return [
    ...(calls
      ? [
          {
            about: "what was changed",
            specs: [{ onlyTheseWrites: { calls } }, { onlyTheseWrites: { calls, everyWrite: true } }],
            isKept: true,
          },
        ]
      : []),
    ...(told.length > 0 ? [{ about: "what had to be told", specs: [{ tells: [...told] }], isKept: true }] : []),
  ];
}

type Call = NonNullable<ExpectedOutcome["calls"]>[number];

function callsOf(events: readonly RunEvent[]): Call[] {
  return writesOf(events, { everyWrite: true }).map(({ tool, arguments: given }) => ({ tool, arguments: given }));
}

function writesAmong(calls: readonly Call[], events: readonly RunEvent[]): Call[] {
  const declarations = declarationsOf(events);
  return calls.filter(({ tool }) => changesThings(tool, declarations));
}

interface Chosen {
  readonly spec: CheckSpec;
  readonly name: string;
  readonly explanation: string;
  readonly isFailing: boolean;
}

/** @returns a sentence where none will do */
async function choose({ about, specs, isKept }: Candidate, sources: ProposalSources): Promise<Chosen | string> {
  const { failed, good, user } = sources;
  const tried: Chosen[] = [];
  let isRefused = false;
  for (const spec of specs) {
    const verdict = await judge(spec, failed, user);
    const isGoodRight = !good || (await judge(spec, good, user)).outcome !== "fail";
    isRefused ||= !isGoodRight;
    const { name, explanation } = verdict;
    if (isGoodRight) tried.push({ spec, name, explanation, isFailing: verdict.outcome === "fail" });
  }
  const best = tried.find(({ isFailing }) => isFailing) ?? (isKept ? tried[0] : undefined);
  if (best) return best;
  return isRefused
    ? `The check for ${about} is left out: the good run does not hold it either.`
    : `The check for ${about} is left out: the failed run holds it.`;
}

function judge(
  spec: CheckSpec,
  events: readonly RunEvent[],
  user: UserContext | undefined,
): Verdict | Promise<Verdict> {
  return compileCheck(spec).judge({ events, state: null, caseId: "", user: user ?? null, metadata: {} });
}
