import type { RunRecord, WebhookEvent } from "../../domain/index.ts";
import { type Clock, LIMITS } from "../../kernel/index.ts";
import type { AccessStore, RunStore } from "../../store/index.ts";
import { knownWebhooks } from "./known-webhooks.ts";
import { RECONCILED_MS } from "./prune-deliveries.ts";
import { type RunStep, webhookDeliveriesFor } from "./webhook-deliveries.ts";

interface OutboxOptions {
  readonly store: Pick<AccessStore, "listWebhooks" | "addDeliveries"> & Pick<RunStore, "listRuns">;
  readonly clock: Clock;
}

export interface WebhookOutbox {
  /** For the runtime to call with each step in a run's life. */
  readonly noteStep: (event: WebhookEvent, run: RunRecord) => Promise<void>;
  /** Looks at the newest runs for steps that were not noted: those of a process that died right after one. */
  reconcile(): Promise<void>;
}

/** Messages to webhooks wait in the store, so that what a process has noted is sent by whichever comes next. */
export function openWebhookOutbox(
  { store, clock }: OutboxOptions,
  onNoted: () => void = () => undefined,
): WebhookOutbox {
  const note = async (stepsOf: () => Promise<readonly RunStep[]>) => {
    const webhooks = await knownWebhooks(store, clock);
    if (webhooks.length === 0) return;
    const deliveries = (await stepsOf()).flatMap((step) => webhookDeliveriesFor(step, webhooks));
    if (deliveries.length === 0) return;
    await store.addDeliveries(deliveries);
    onNoted();
  };
  return {
    noteStep: (event, run) => note(async () => [stepOf(event, run, clock)]),
    reconcile: () =>
      note(async () => {
        const pages = await Promise.all(
          (["running", "paused", "ended"] as const).map((status) =>
            store.listRuns({ status, limit: LIMITS.pageRowsMax }),
          ),
        );
        const sinceMs = clock.nowMs() - RECONCILED_MS;
        return pages.flat().flatMap((run) => stepsBehind(run, sinceMs, clock));
      }),
  };
}

function stepOf(event: WebhookEvent, run: RunRecord, clock: Clock): RunStep {
  const knownMs = event === "run.ended" ? run.endedAtMs : event === "run.started" ? run.startedAtMs : null;
  return { event, run, atMs: knownMs ?? clock.nowMs() };
}

/** What a run that is like this has been through since then. When it was paused is not known, only that it had begun. */
function stepsBehind(run: RunRecord, sinceMs: number, clock: Clock): RunStep[] {
  const { status, startedAtMs, endedAtMs } = run;
  const hasBegun = startedAtMs !== null && startedAtMs >= sinceMs;
  const events: WebhookEvent[] = hasBegun ? ["run.started"] : [];
  if (hasBegun && status === "paused") events.push("run.paused");
  if (status === "ended" && (endedAtMs ?? 0) >= sinceMs) events.push("run.ended");
  return events.map((event) => stepOf(event, run, clock));
}
