import { equalJson, type Json, pathKeys } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";
import { notApplicable } from "./condition.ts";
import { mapAtPath } from "./map-at-path.ts";

/** Changes every document at the paths, which begin with the name of a state. Refuses where that changes nothing. */
export function changeDocuments(
  evalCase: EvalCase,
  {
    name,
    at,
    change,
  }: { readonly name: string; readonly at: readonly string[]; readonly change: (found: Json) => Json },
): EvalCase {
  const { state } = evalCase.world;
  let after = state as Json;
  for (const path of at) {
    let foundCount = 0;
    const next: Json = mapAtPath(after, pathKeys(path), (found) => {
      foundCount += 1;
      return change(found);
    });
    if (foundCount === 0) throw notApplicable(evalCase, name, `its state has nothing at ${path}`);
    if (equalJson(next, after)) {
      throw notApplicable(evalCase, name, `no date or quantity at ${path} could be another; give \`instead\``);
    }
    after = next;
  }
  return { ...evalCase, world: { ...evalCase.world, state: after as EvalCase["world"]["state"] } };
}
