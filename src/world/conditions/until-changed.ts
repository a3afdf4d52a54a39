import { equalJson, type Json } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";
import { notApplicable } from "./condition.ts";

/** Short messages may be missed by every draw. */
const TRIES_MAX = 20;

/** What the user says must come out otherwise: a condition that changed nothing would be counted as survived. */
export function untilChanged(evalCase: EvalCase, name: string, change: (attempt: number) => EvalCase): EvalCase {
  const before = said(evalCase);
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const changed = change(attempt);
    if (!equalJson(said(changed), before)) return changed;
  }
  throw notApplicable(evalCase, name, "nothing in what its user says would come out otherwise");
}

function said({ input, world }: EvalCase): Json {
  return [input as unknown as Json, (world.userReplay ?? null) as Json];
}
