import { matchesGlob } from "node:path";
import { AegisError, offerNames } from "../kernel/index.ts";
import type { CaseKind, EvalCase } from "../domain/index.ts";

/** Which cases to run; what is given narrows, one after the other. */
export interface CaseFilter {
  /** Ids or globs of ids. */
  readonly cases?: readonly string[];
  readonly tags?: readonly string[];
  readonly kinds?: readonly CaseKind[];
  /** Only cases that failed a trial in the suite's last run. */
  readonly failing?: boolean;
}

/** @throws {AegisError} "suite.no_cases" when nothing is left, naming the filter */
export async function filterCases(
  all: readonly EvalCase[],
  filter: CaseFilter,
  failingIds: () => Promise<ReadonlySet<string>>,
): Promise<EvalCase[]> {
  const { cases = [], tags = [], kinds = [], failing = false } = filter;
  const failed = failing ? await failingIds() : undefined;
  const kept = all.filter(
    (each) =>
      (cases.length === 0 || cases.some((wanted) => isCalled(each, wanted))) &&
      (tags.length === 0 || tags.some((tag) => each.tags.includes(tag))) &&
      (kinds.length === 0 || kinds.includes(each.kind)) &&
      (!failed || failed.has(each.id)),
  );
  if (kept.length > 0) return kept;
  const told = [
    ...cases.map((id) => `--case ${id}`),
    ...tags.map((tag) => `--tag ${tag}`),
    ...kinds.map((kind) => `--kind ${kind}`),
    ...(failing ? ["--failing"] : []),
  ];
  const why =
    told.length === 0
      ? "the suite has no cases"
      : [`no case of ${all.length} is left by ${told.join(" ")}`, ...unknownNames(all, filter)].join("; ");
  throw new AegisError("suite.no_cases", why, { details: { caseCount: all.length } });
}

function isCalled({ id }: EvalCase, wanted: string): boolean {
  return id === wanted || matchesGlob(id, wanted);
}

/** What of a filter fits no case at all, and what would. */
function unknownNames(all: readonly EvalCase[], { cases = [], tags = [], kinds = [] }: CaseFilter): string[] {
  const ids = all.map(({ id }) => id);
  const knownTags = [...new Set(all.flatMap((each) => each.tags))].sort();
  const unknownIds = cases.filter((wanted) => !all.some((each) => isCalled(each, wanted)));
  const unknownTags = tags.filter((tag) => !knownTags.includes(tag));
  const unknownKinds = kinds.filter((kind) => !all.some((each) => each.kind === kind));
  return [
    ...unknownIds.map((id) => `no case is called ${JSON.stringify(id)}${offerNames(id, ids)}`),
    ...unknownTags.map((tag) => `no case has the tag ${JSON.stringify(tag)}${offerNames(tag, knownTags)}`),
    ...unknownKinds.map((kind) => `every case is of the other kind than ${kind}`),
  ];
}
