import type { ErrorCode } from "../../../kernel/index.ts";
import type { Failure } from "./protocol.ts";

/** An operation that is refused before it wrote anything: the others of its transaction are not touched. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** @see https://sqlite.org/rescode.html: the low byte is the primary code */
const CODES: Readonly<Record<number, ErrorCode>> = {
  1: "store.corrupt",
  5: "store.locked",
  6: "store.locked",
  11: "store.corrupt",
  26: "store.corrupt",
};

const CONSTRAINT = 19;

export function failureOf(error: unknown, path: string): Failure {
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: CODES[primaryCode(error)] ?? "store.unavailable", message: `The store ${path}: ${reason}` };
}

/** Did a statement break a rule of its table? SQLite has then taken back this statement, and only this one. */
export function isConstraint(error: unknown): boolean {
  return primaryCode(error) === CONSTRAINT;
}

function primaryCode(error: unknown): number {
  const errcode = typeof error === "object" && error !== null && "errcode" in error ? Number(error.errcode) : 0;
  return errcode & 0xff;
}
