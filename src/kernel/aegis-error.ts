import { ERROR_CATALOGUE } from "./error-catalogue.ts";

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Values that help a reader act: counts, paths, limits. Never secrets, never prompts. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

interface AegisErrorOptions extends ErrorOptions {
  readonly details?: ErrorDetails;
  readonly fix?: string;
}

/** A failure we expect. A broken assumption of our own is not one: `invariant` crashes instead. */
export class AegisError extends Error {
  override readonly name = "AegisError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** What a person can do about it: the catalogue's sentence unless told. Empty where the message has said it already. */
  readonly fix: string;
  constructor(code: ErrorCode, message: string, options: AegisErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? {};
    this.fix = options.fix ?? ERROR_CATALOGUE[code].fix;
  }

  get exitCode(): number {
    return ERROR_CATALOGUE[this.code].exit;
  }
}
