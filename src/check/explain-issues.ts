import type { z } from "zod";
import { joinPath, nearestName } from "../kernel/index.ts";

/** Zod's issues as lines a person can act on: where, what was expected, and for a mistyped key what it likely meant. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], knownKeys: readonly string[]): string {
  return issues.map((issue) => explainIssue(issue, knownKeys)).join("; ");
}

export function pathOfIssue(issue: z.core.$ZodIssue | undefined): string {
  return joinPath((issue?.path ?? []).map(String));
}

function explainIssue(issue: z.core.$ZodIssue, knownKeys: readonly string[]): string {
  const place = pathOfIssue(issue);
  const at = place === "" ? "" : `${place}: `;
  if (issue.code === "unrecognized_keys") return `${at}${explainKeys(issue.keys, knownKeys)}`;
  if (issue.code === "invalid_union") {
    const expected = issue.errors.flatMap((errors) => errors.map(expectedBy));
    return `${at}expected ${[...new Set(expected)].join(" or ")}`;
  }
  const message = issue.message.replace(/^Invalid input: /, "");
  return `${at}${message.replace(/, received undefined$/, ", but it is missing")}`;
}

function explainKeys(keys: readonly string[], knownKeys: readonly string[]): string {
  return keys
    .map((key) => {
      const near = nearestName(key, knownKeys);
      return `"${key}" is not an option${near ? `, did you mean "${near}"?` : `, expected one of ${knownKeys.join(", ")}`}`;
    })
    .join("; ");
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return issue.expected;
  return issue.message.replace(/^Invalid input: expected /, "").replace(/, received .*$/, "");
}
