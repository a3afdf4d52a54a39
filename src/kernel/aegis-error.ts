import { ERROR_CATALOGUE } from "./error-catalogue.ts";

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Values that help a reader act: counts, paths, limits. Never secrets, never prompts. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** A failure we expect. A broken assumption of our own is not one: `invariant` crashes instead. */
export class AegisError extends Error {
  override readonly name = "AegisError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetails } = {}) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What a person can do about it: the catalogue's sentence. */
  get fix(): string {
    return ERROR_CATALOGUE[this.code].fix;
  }

  get exitCode(): number {
    return ERROR_CATALOGUE[this.code].exit;
  }
}
