/** What production does to a call: the case says which calls of an operation meet it, in order. */
export type Trouble = {
  /** So many calls in a row; 1 unless told. */
  readonly times?: number;
} & (
  | { readonly ok: true }
  /** Answered with this status, nothing is done. */
  | { readonly status: number; readonly retryAfterSeconds?: number }
  /** Only a part of the record comes back. */
  | { readonly partial: true }
  /** It is done, but the answer never arrives. */
  | { readonly lost: true }
  | { readonly delayMs: number }
);

/** Hands out an operation's troubles call by call; once they are used up, all is well. */
export function troubleQueue(behaviour: Readonly<Record<string, readonly Trouble[]>> = {}) {
  const queues = new Map(
    Object.entries(behaviour).map(([operation, troubles]) => [operation, troubles.flatMap(repeated)] as const),
  );
  return { next: (operation: string): Trouble => queues.get(operation)?.shift() ?? { ok: true } };
}

function repeated(trouble: Trouble): Trouble[] {
  return Array.from({ length: trouble.times ?? 1 }, () => trouble);
}
