import type { CheckSpec } from "../../domain/index.ts";

/** Where something stands, for messages, e.g. `refund.yaml:12: checks.2`. */
export type PlaceOf = (path: readonly PropertyKey[]) => string;

interface HasChecks {
  readonly checks?: readonly CheckSpec[] | undefined;
}

/** Settings of a suite, whose cases may be written in it, or a case. */
interface Checked extends HasChecks {
  readonly cases?: string | readonly (string | HasChecks)[];
}

/**
 * Compiles every check once, so that a slip is told at its place when it is read, not when the suite is run. The
 * catalogue of checks is loaded only where there are some. A judge is verified by whoever makes it.
 *
 * @throws {AegisError} "check.unknown" or "check.bad_spec", naming the check's place
 */
export async function verifyChecks({ checks, cases = [] }: Checked, placeOf: PlaceOf): Promise<void> {
  const inCases = typeof cases === "string" ? [] : cases;
  const placed = [
    ...checksAt(checks, ["checks"]),
    ...inCases.flatMap((each, index) =>
      typeof each === "string" ? [] : checksAt(each.checks, ["cases", index, "checks"]),
    ),
  ];
  if (placed.length === 0) return;
  const { compileCheck } = await import("../../check/index.ts");
  for (const { spec, path } of placed) compileCheck(spec, placeOf(path));
}

function checksAt(checks: readonly CheckSpec[] = [], path: readonly PropertyKey[]) {
  return checks
    .map((spec, index) => ({ spec, path: [...path, index] }))
    .filter(({ spec }) => !Object.hasOwn(spec, "judge"));
}
