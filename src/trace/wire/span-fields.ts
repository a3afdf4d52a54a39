import type { ObservedSpan } from "../../domain/index.ts";

/** By their names in the protocol's own files, with which some senders tell them in JSON. */
export const SPAN_KINDS: Readonly<Record<string, number>> = {
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
export const STATUS_CODES: Readonly<Record<string, number>> = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

/** @param code as OTLP numbers it: 0 is unset */
export function statusOf(code: number, message: string): ObservedSpan["status"] {
  if (code !== 1 && code !== 2) return undefined;
  const word = code === 1 ? "ok" : "error";
  return message === "" ? { code: word } : { code: word, message };
}

/** What is empty or zero is not told. */
export function setTold<Target, Key extends keyof Target>(target: Target, key: Key, value: Target[Key]): void {
  if (value !== "" && value !== 0) target[key] = value;
  else if (target[key] !== undefined) delete target[key];
}
