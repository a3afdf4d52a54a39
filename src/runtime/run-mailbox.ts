import type { ApprovalDecision, Doubt, DoubtDecision } from "../agent/index.ts";
import type { RunEvent, RunSignal } from "../domain/index.ts";

type Of<Kind extends RunSignal["kind"]> = Extract<RunSignal, { readonly kind: Kind }>;

/** What was said to one run while one worker has it: decisions wait for whoever asks, messages for the next model call. */
export interface RunMailbox {
  /** The last signal that was put in. */
  readonly seenPosition: number;
  put(signals: readonly RunSignal[]): void;
  /** Aborts when the run is cancelled. */
  readonly cancelled: AbortSignal;
  readonly cancelledBy: string | undefined;
  approval(effect: number): Promise<ApprovalDecision>;
  doubt(doubt: Doubt): Promise<Omit<DoubtDecision, "isLogged">>;
  /** Each message once. */
  takeMessages(): readonly Of<"message">[];
}

export function openMailbox(history: readonly RunEvent[]): RunMailbox {
  const logged = new Set(history.flatMap((event) => (event.type === "message.received" ? (event.signalId ?? []) : [])));
  const seen = new Set<string>();
  const cancel = new AbortController();
  const decisions = new Map<string, PromiseWithResolvers<Of<"approval"> | Of<"doubt">>>();
  const messages: Of<"message">[] = [];
  let cancelledBy: string | undefined;
  let seenPosition = 0;
  const slot = (name: string) => {
    const waiting = decisions.get(name) ?? Promise.withResolvers();
    decisions.set(name, waiting);
    return waiting;
  };
  const take = (signal: RunSignal) => {
    if (signal.kind === "approval") slot(`approval:${signal.effect}`).resolve(signal);
    else if (signal.kind === "doubt") slot(`doubt:${signal.effect}:${signal.attempt ?? 1}`).resolve(signal);
    else if (signal.kind === "message" && !logged.has(signal.id)) messages.push(signal);
    else if (signal.kind === "cancel") {
      cancelledBy = signal.by;
      cancel.abort(new Error(`cancelled by ${signal.by}`));
    }
  };
  return {
    get seenPosition() {
      return seenPosition;
    },
    get cancelledBy() {
      return cancelledBy;
    },
    cancelled: cancel.signal,
    put(signals) {
      for (const signal of signals) {
        seenPosition = Math.max(seenPosition, signal.position);
        if (seen.has(signal.id)) continue;
        seen.add(signal.id);
        take(signal);
      }
    },
    async approval(effect) {
      const { decision, by, ...more } = (await orAbort(
        slot(`approval:${effect}`).promise,
        cancel.signal,
      )) as Of<"approval">;
      return { decision, by, ...(more.arguments !== undefined && { arguments: more.arguments }) };
    },
    async doubt({ effect, attempt }) {
      const given = (await orAbort(slot(`doubt:${effect}:${attempt}`).promise, cancel.signal)) as Of<"doubt">;
      const { decision, by, result } = given;
      return { decision, by, ...(result !== undefined && { result }) };
    },
    takeMessages: () => messages.splice(0),
  };
}

function orAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then((value) => {
      signal.removeEventListener("abort", onAbort);
      resolve(value);
    }, reject);
  });
}
