import type { EdgeAnswer, SeenRequest } from "../exchange.ts";
import { endToEndHeaders } from "../message/header-list.ts";
import type { HeldBody } from "../message/hold-body.ts";
import type { Target } from "../message/request-target.ts";
import { askUpstream } from "../upstream/ask-upstream.ts";
import type { Turn } from "./answer-client.ts";

export interface Question {
  readonly target: Target;
  readonly seen: SeenRequest;
  readonly held: HeldBody;
  readonly mayBePrivate: boolean;
  /** Instead of what the client sent. */
  readonly body: Uint8Array | undefined;
}

/** Asks whoever answers in this trial, as often as it is called: the recorded source, or the upstream. */
export function asking(turn: Turn, { target, seen, held, mayBePrivate, body }: Question): () => Promise<EdgeAnswer> {
  const { state, client, signal } = turn;
  const { source } = state.options;
  if (source) return () => source(body ? { ...seen, body, bodyIsWhole: true } : seen, signal);
  return () =>
    askUpstream(state.pool, {
      method: seen.method,
      target,
      headers: seen.headers,
      body: body ?? held.bytes,
      ...(held.rest && !body && { rest: held.rest }),
      mayBePrivate,
      connectTimeoutMs: state.limits.connectTimeoutMs,
      signal,
      onInformation: (status, headers) => client.inform(status, endToEndHeaders(headers)),
    });
}
