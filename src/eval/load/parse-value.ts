import type { z } from "zod";
import { AegisError, type ErrorCode, explainIssues } from "../../kernel/index.ts";

/** Holds a value that came from TypeScript against a schema: there are no lines to name. @throws {AegisError} `code` */
export function parseValue<Schema extends z.ZodType>(options: {
  readonly value: unknown;
  readonly where: string;
  readonly schema: Schema;
  readonly code: ErrorCode;
}): z.output<Schema> {
  const { value, where, schema, code } = options;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, text } = explainIssues({ schema, value, issues: result.error.issues });
  throw new AegisError(code, `${where}: ${text}`, { details: { path: path.join(".") } });
}
