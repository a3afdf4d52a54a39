import { z } from "zod";
import type { Random } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";
import { pick } from "../users/draw.ts";
import { defineCondition, notApplicable } from "./condition.ts";
import { damageEncoding, insertControl, mixScripts, truncate } from "./damage-text.ts";
import { fillerLines } from "./filler.ts";
import { hasUserText, mapUserTurns } from "./map-user-turns.ts";
import { untilChanged } from "./until-changed.ts";

const KINDS = ["encoding", "truncated", "mixed-languages", "huge", "empty", "control"] as const;

export const malformedInput = defineCondition({
  name: "malformed-input",
  sentence:
    "What the user sends is damaged: broken encoding, cut off, empty, huge, several languages, control characters.",
  standsFor: "what browsers, mail gateways, copy and paste and speech recognition do to a message",
  schema: z.strictObject({
    kinds: z
      .array(z.enum(KINDS))
      .min(1)
      .default([...KINDS])
      .describe("one is drawn for the case"),
    strength: z.number().min(0).max(1).default(0.5).describe("share of words, or of the message, that is reached"),
    tokens: z.int().min(1).max(1_000_000).default(20_000).describe("of what a huge message carries along"),
  }),
  strength: { parameter: "strength" },
  change({ evalCase, parameters: { kinds, strength, tokens }, random }) {
    if (!hasUserText(evalCase)) throw notApplicable(evalCase, "malformed-input", "its user says nothing in words");
    if (strength === 0) return evalCase;
    const kind = pick(kinds, random);
    return untilChanged(evalCase, "malformed-input", () => damage(evalCase, { kind, strength, tokens, random }));
  },
});

interface DamageRequest {
  readonly kind: (typeof KINDS)[number];
  readonly strength: number;
  readonly tokens: number;
  readonly random: Random;
}

/** Nothing is lost for good: a message that was cut or empty is sent again, whole. */
function damage(evalCase: EvalCase, { kind, tokens, ...how }: DamageRequest): EvalCase {
  switch (kind) {
    case "encoding":
      return mapUserTurns(evalCase, (text) => [damageEncoding(text, how)]);
    case "control":
      return mapUserTurns(evalCase, (text) => [insertControl(text, how)]);
    case "mixed-languages":
      return mapUserTurns(evalCase, (text) => [mixScripts(text, how)]);
    case "truncated":
      return mapUserTurns(evalCase, (text, { isLast }) => (isLast ? [truncate(text, how), text] : [text]));
    case "empty":
      return mapUserTurns(evalCase, (text, { isLast }) =>
        isLast ? [pick(["", " ", "\n\n"], how.random), text] : [text],
      );
    case "huge":
      return mapUserTurns(evalCase, (text, { isLast }) =>
        isLast
          ? [
              `${fillerLines(Math.ceil(tokens / 2), how.random)}\n\n${text}\n\n${fillerLines(Math.floor(tokens / 2), how.random)}`,
            ]
          : [text],
      );
  }
}
