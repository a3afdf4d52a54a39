import { AsyncLocalStorage } from "node:async_hooks";
import { AegisError } from "../kernel/index.ts";
import { effectAround, type EffectError, firstEffectInside, type NewEvent, type RunEvent } from "../domain/index.ts";
import type { BoundaryOptions, Called, Returned, Wait } from "./boundary-options.ts";
import { effectError, errorFromRecord, replayableError } from "./effect-error.ts";
import { settle } from "./settle.ts";

/** How one effect is made, told and answered again. */
export interface EffectStep<Result> {
  readonly called: (effect: number, attempt: number) => Called;
  readonly execute: (call: { readonly effect: number; readonly attempt: number }) => Promise<Result>;
  readonly recall: (event: RunEvent) => unknown;
  readonly returned: (effect: number, durationMs: number, end: EffectEnd<Result>) => NewEvent;
  /** Making it once more does no harm: its call need not be durable before it is made. */
  readonly isRepeatable: boolean;
  /** It was called before a crash and never returned: how it goes on. Called again unless told. */
  readonly goOn?: (doubt: { readonly effect: number; readonly event: RunEvent }) => Promise<GoOn<Result>>;
}

export type EffectEnd<Result> = { readonly result: Result } | { readonly error: EffectError };

/** `again`: it is called another time. Otherwise the call in the log stands, and this is its end. */
export type GoOn<Result> =
  | { readonly kind: "again" }
  | { readonly kind: "end"; readonly result: Result }
  | { readonly kind: "failed"; readonly error: Error };

interface EffectScope {
  readonly firstEffect: number;
  count: number;
  /** The effect it is inside of; undefined for the run itself. */
  readonly inside: InFlight | undefined;
}

interface InFlight {
  readonly around: InFlight | undefined;
  readonly isRepeatable: boolean;
  insideCount: number;
  wait: Wait | undefined;
}

/** Numbers effects, tells the log of them, answers them from the journal, and knows when all of them only wait. */
export class EffectRunner {
  readonly #options: BoundaryOptions;
  /** Whose turn it is to count: the run itself, or the tool an effect is made inside of. */
  readonly #scopes = new AsyncLocalStorage<EffectScope>();
  readonly #run: EffectScope = { firstEffect: 0, count: 0, inside: undefined };
  readonly #inFlight = new Set<InFlight>();
  #waitCount = 0;
  #isBroken = false;

  constructor(options: BoundaryOptions) {
    this.#options = options;
  }

  /** The number the next effect gets; counting it is the caller's. */
  get nextNumber(): number {
    const scope = this.#scope();
    return scope.firstEffect + scope.count;
  }

  takeNumber(): number {
    const scope = this.#scope();
    return scope.firstEffect + scope.count++;
  }

  /** Is the caller the run itself, and no tool inside it? */
  get isOutermost(): boolean {
    return this.#scopes.getStore() === undefined;
  }

  /** The effect whose work the caller does; undefined for the run itself. */
  get currentEffect(): number | undefined {
    return effectAround(this.#scope().firstEffect);
  }

  stamp() {
    return { atMs: this.#options.clock.nowMs(), witness: "runtime" as const };
  }

  async effect<Result>(step: EffectStep<Result>, effect = this.takeNumber()): Promise<Result> {
    if (this.#isBroken) return never();
    const { journal, signal } = this.#options;
    const answer = await this.#orBreak(() => journal?.answer(step.called(effect, 1)) ?? { kind: "new" as const });
    if (answer.kind === "returned") {
      await this.#busy(step, () => journal?.turn(answer.event));
      const { error } = answer.event as Returned;
      if (error) throw errorFromRecord(error);
      return step.recall(answer.event) as Result;
    }
    signal?.throwIfAborted();
    const attempt = answer.kind === "in-doubt" ? attemptOf(answer.event) + 1 : 1;
    const inFlight = this.#begin(step.isRepeatable);
    try {
      const doubt = answer.kind === "in-doubt" ? { effect, event: answer.event } : undefined;
      return await this.#make(step, { effect, attempt, inFlight, doubt });
    } finally {
      this.#end(inFlight);
    }
  }

  /** Effects that are one event: asked and answered at once. */
  async once(event: NewEvent<"clock.read" | "random.drawn">): Promise<NewEvent> {
    if (this.#isBroken) return never();
    const { journal } = this.#options;
    const recorded = await this.#orBreak(() => journal?.answer(event));
    if (recorded?.kind === "returned") {
      await this.#busy({ isRepeatable: true }, () => journal?.turn(recorded.event));
      return recorded.event;
    }
    await this.#busy({ isRepeatable: true }, () => this.#appendAnswer(event));
    return event;
  }

  /** Marks the effect at work in this scope as one that waits, until the promise settles. */
  async wait<Result>(wait: Wait, until: Promise<Result>): Promise<Result> {
    const { hold } = this.#options;
    const inFlight = this.#scope().inside;
    if (hold === undefined || inFlight === undefined) return until;
    inFlight.wait = wait;
    this.#waitCount += 1;
    this.#lookIdle();
    try {
      return await until;
    } finally {
      inFlight.wait = undefined;
      this.#waitCount -= 1;
    }
  }

  /** Tells the log something that is no effect. */
  async tell(event: NewEvent): Promise<void> {
    await this.#orBreak(() => this.#options.append(event));
  }

  async #make<Result>(
    step: EffectStep<Result>,
    at: { effect: number; attempt: number; inFlight: InFlight; doubt: { effect: number; event: RunEvent } | undefined },
  ): Promise<Result> {
    const { effect, attempt, inFlight, doubt } = at;
    const { clock } = this.#options;
    const scope: EffectScope = { firstEffect: firstEffectInside(effect), count: 0, inside: inFlight };
    const startMs = clock.monotonicMs();
    const goOn = doubt && step.goOn ? await this.#scopes.run(scope, async () => step.goOn?.(doubt)) : undefined;
    const isAgain = goOn === undefined || goOn.kind === "again";
    const call = isAgain ? this.#log(step.called(effect, attempt)) : undefined;
    // A call that may be made twice need not wait until it is durable; its answer comes behind it in any case, and when
    // there is nothing to wait for, both become durable together.
    if (!step.isRepeatable) await call?.done;
    const end = isAgain ? await settle(this.#scopes.run(scope, step.execute, { effect, attempt })) : endOf(goOn);
    if (call?.isRefused()) await call.done;
    if (this.#isBroken) return never();
    const durationMs = Math.round((clock.monotonicMs() - startMs) * 1000) / 1000;
    const told = "error" in end ? { error: effectError(end.error) } : end;
    await this.#appendAnswer(step.returned(effect, durationMs, told));
    await call?.done;
    if (!("error" in end)) return end.result;
    throw this.#options.journal ? replayableError(end.error, effectError(end.error)) : end.error;
  }

  /** Appends without anybody having to wait for it at once. */
  #log(event: NewEvent): { readonly done: Promise<unknown>; readonly isRefused: () => boolean } {
    let isRefused = false;
    const done = this.#orBreak(() => this.#options.append(event));
    done.catch(() => (isRefused = true));
    return { done, isRefused: () => isRefused };
  }

  /** While an answer is on its way, the run does not only wait: the agent is about to go on. */
  async #busy(step: { readonly isRepeatable: boolean }, work: () => void | Promise<void>): Promise<void> {
    const inFlight = this.#begin(step.isRepeatable);
    try {
      await this.#orBreak(work);
    } finally {
      this.#end(inFlight);
    }
  }

  /** An answer is shown to the agent in the order in which answers stand in the log, also when it is run again. */
  async #appendAnswer(event: NewEvent): Promise<void> {
    const appended = await this.#orBreak(() => this.#options.append(event));
    if (appended) await this.#orBreak(() => this.#options.journal?.turn(appended));
  }

  /** A log that cannot go on is not for the agent to handle: where the run is held, the agent never hears of it. */
  async #orBreak<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      if (isUnfit(error) || !this.#break(error)) throw error;
      return never();
    }
  }

  #break(error: unknown): boolean {
    const { hold } = this.#options;
    if (hold === undefined) return false;
    if (!this.#isBroken) hold.onBroken(error);
    this.#isBroken = true;
    return true;
  }

  #scope(): EffectScope {
    return this.#scopes.getStore() ?? this.#run;
  }

  #begin(isRepeatable: boolean): InFlight {
    const around = this.#scope().inside;
    if (around) around.insideCount += 1;
    const inFlight: InFlight = { around, isRepeatable, insideCount: 0, wait: undefined };
    this.#inFlight.add(inFlight);
    return inFlight;
  }

  #end(inFlight: InFlight): void {
    if (inFlight.around) inFlight.around.insideCount -= 1;
    this.#inFlight.delete(inFlight);
    if (this.#waitCount > 0) this.#lookIdle();
  }

  /**
   * All that is under way waits, or holds something that waits and may be begun anew. The agent may be about to go on
   * from an effect that just ended, so the question is asked again when it has had its turn.
   */
  #lookIdle(): void {
    setImmediate(() =>
      setImmediate(() => {
        const inFlight = [...this.#inFlight];
        const waits = inFlight.flatMap(({ wait }) => wait ?? []);
        const isIdle = inFlight.every(({ wait, insideCount, isRepeatable }) =>
          insideCount > 0 ? isRepeatable : wait !== undefined,
        );
        if (isIdle && waits.length > 0 && !this.#isBroken) this.#options.hold?.onIdle(waits);
      }),
    );
  }
}

/** Events that are themselves unfit (too large, no JSON) are the agent's matter, and the log goes on. */
function isUnfit(error: unknown): boolean {
  return error instanceof AegisError && (error.code === "log.event_too_large" || error.code === "log.bad_event");
}

function endOf<Result>(goOn: Exclude<GoOn<Result>, { kind: "again" }>): { result: Result } | { error: Error } {
  return goOn.kind === "end" ? { result: goOn.result } : { error: goOn.error };
}

function attemptOf(event: RunEvent): number {
  return "attempt" in event ? event.attempt : 1;
}

function never(): Promise<never> {
  return new Promise<never>(() => {});
}
