import { AegisError, countNoun, offerNames } from "../kernel/index.ts";
import type { EvalCase } from "../domain/index.ts";
import type { LoadedSuite } from "../eval/index.ts";
import type { Config } from "./config.ts";
import { findSuite, findSuites } from "./find-suites.ts";

export interface FoundCase {
  readonly suite: LoadedSuite;
  readonly evalCase: EvalCase;
}

/**
 * One case by its id, in one suite or in whichever has it.
 *
 * @throws {AegisError} "case.not_found", or "cli.usage" when several suites have a case of this id
 */
export async function findCase(
  config: Config,
  wanted: { readonly id: string; readonly suite?: string | undefined },
): Promise<FoundCase> {
  const { id, suite: name } = wanted;
  const { suites, broken } =
    name === undefined ? await findSuites(config) : { suites: [await findSuite(config, name)], broken: [] };
  const found = suites.flatMap((suite) =>
    suite.cases.filter((each) => each.id === id).map((evalCase) => ({ suite, evalCase })),
  );
  const [first, second] = found;
  if (first && !second) return first;
  if (first) {
    const names = found.map(({ suite }) => suite.name).join(", ");
    throw new AegisError("cli.usage", `case ${id} is in the suites ${names}: name one with --suite`, {
      fix: "",
    });
  }
  const unread =
    broken.length > 0 ? `; ${countNoun(broken.length, "suite file")} cannot be read, see aegis case list` : "";
  const ids = suites.flatMap((suite) => suite.cases.map((each) => each.id));
  const offer = offerNames(id, [...new Set(ids)]);
  throw new AegisError("case.not_found", `no case of ${ids.length} is called ${JSON.stringify(id)}${offer}${unread}`, {
    details: { id },
  });
}
