import { makeMessy } from "../users/make-messy.ts";
import { messyStyleSchema } from "../users/spec/index.ts";
import { defineCondition, notApplicable } from "./condition.ts";
import { hasUserText, mapUserTurns } from "./map-user-turns.ts";
import { untilChanged } from "./until-changed.ts";

export const messyUser = defineCondition({
  name: "messy-user",
  sentence: "The user writes as people do: typos, slang, anger, two problems at once, something missing.",
  standsFor: "users who do not write like the people who wrote the cases",
  schema: messyStyleSchema,
  strength: { parameter: "strength" },
  change({ evalCase, parameters, seed }) {
    if (parameters.strength === 0) return evalCase;
    const { simulatedUser } = evalCase;
    const styled = simulatedUser
      ? { ...evalCase, simulatedUser: { ...simulatedUser, style: { ...parameters } } }
      : evalCase;
    const write = (attempt: number) =>
      mapUserTurns(styled, (text, { index }) => [makeMessy(text, parameters, seed + index + 1_000 * attempt)]);
    if (simulatedUser) return write(0);
    if (!hasUserText(evalCase)) throw notApplicable(evalCase, "messy-user", "its user says nothing in words");
    return untilChanged(evalCase, "messy-user", write);
  },
});
