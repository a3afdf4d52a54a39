import { AegisError, type ErrorDetails } from "../../kernel/index.ts";
import type { z } from "zod";

/** "import.bad_format" with the file and the place in it; nothing of an import that throws is kept. */
export function badFormat(file: string, what: string, details: ErrorDetails = {}, cause?: unknown): AegisError {
  return new AegisError("import.bad_format", `${file}: ${what}`, {
    details: { file, ...details },
    ...(cause !== undefined && { cause }),
  });
}

/** The first thing wrong with a value, as `where.path: why`. */
export function explainIssue(error: z.core.$ZodError, where: string): string {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const rest = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more problems)` : "";
  return `${where}${path}: ${issue?.message ?? "is not of this form"}${rest}`;
}
