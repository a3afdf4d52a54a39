import { matchesGlob } from "node:path";
import { AegisError } from "../kernel/index.ts";
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
      (cases.length === 0 || cases.some((wanted) => each.id === wanted || matchesGlob(each.id, wanted))) &&
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
  const why = told.length === 0 ? "the suite has no cases" : `no case of ${all.length} is left by ${told.join(" ")}`;
  throw new AegisError("suite.no_cases", why, { details: { caseCount: all.length } });
}
