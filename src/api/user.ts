import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";

/** Stores keep texts as UTF-8: what cannot be written as such names nobody. */
const PLAIN = /^[^\p{Cc}\p{Cs}]+$/u;

export const userId = z
  .string()
  .min(1)
  .max(LIMITS.userIdCharactersMax)
  .regex(PLAIN, "expected text without control characters");

export function isUserId(text: string): boolean {
  return userId.safeParse(text).success;
}

export const erasedUserSchema = z.strictObject({ memories: z.number(), sessions: z.number(), runs: z.number() });

export const exportedUserSchema = z.strictObject({
  userId: z.string(),
  exportedAtMs: z.number(),
  memory: z.array(z.looseObject({})),
  sessions: z.array(z.looseObject({})).describe("Each with its runs, each of them with its events."),
});
