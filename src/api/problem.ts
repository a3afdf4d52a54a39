import { z } from "zod";
import { type AegisError, ERROR_CATALOGUE } from "../kernel/index.ts";

/** What every failure looks like: RFC 9457, `application/problem+json`. */
export const problemSchema = z.strictObject({
  type: z.string().describe("urn:aegis:error:CODE"),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe("What went wrong, for a person."),
  code: z.string().describe("What went wrong, for a program: docs/reference/errors.md lists all codes."),
  fix: z.string().describe("What to do about it."),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Problem = z.output<typeof problemSchema>;

export const PROBLEM_TYPE = "application/problem+json";

export function problemOf(error: AegisError): Problem {
  return {
    type: `urn:aegis:error:${error.code}`,
    title: error.code,
    status: ERROR_CATALOGUE[error.code].http,
    detail: error.message,
    code: error.code,
    fix: error.fix === "" ? ERROR_CATALOGUE[error.code].fix : error.fix,
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}
