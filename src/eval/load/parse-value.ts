import type { z } from "zod";
import { AegisError, type ErrorCode } from "../../kernel/index.ts";

/** Holds a value that came from TypeScript against a schema: there are no lines to name. @throws {AegisError} `code` */
export function parseValue<Schema extends z.ZodType>(options: {
  readonly value: unknown;
  readonly where: string;
  readonly schema: Schema;
  readonly code: ErrorCode;
}): z.output<Schema> {
  const result = options.schema.safeParse(options.value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  const path = issue.path.join(".") || "the value";
  throw new AegisError(options.code, `${options.where}: ${path}: ${issue.message}`, { details: { path } });
}

/** Of a union's failures the one that got furthest says most. */
export function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap((issue): z.core.$ZodIssue[] =>
    issue.code === "invalid_union"
      ? issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue)
      : [issue],
  );
  const all = flat.length > 0 ? flat : [...issues];
  return all.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best));
}
