import { randomBytes } from "node:crypto";
import { type App } from "../../app/index.ts";
import { openLiveRuntime, openTraceSettler } from "../../app/serve/index.ts";
import { countNoun } from "../../kernel/index.ts";
import { mergePrices } from "../../model/pricing/index.ts";
import type { DeployMode } from "../../runtime/index.ts";
import { LINGER_MS } from "./messages.ts";
import { storeAnswers } from "./store-answers.ts";
import { createWebhookPost, type Log, openWebhookSender, serveHttp } from "../../server/index.ts";

export interface ServeProcessOptions {
  readonly app: App;
  readonly host: string;
  readonly port: number;
  readonly agents?: readonly string[];
  /** Performs trials of evals too. */
  readonly takesTrials: boolean;
  readonly deploy: DeployMode;
  readonly drainMs: number;
  readonly log: Log;
  /** Aborts when this process has to finish what it has and go. */
  readonly signal: AbortSignal;
  /** Where another process takes what comes from then on; aborts when none does. */
  readonly handover?: AbortSignal;
  /** Ends this process at once: its store is gone, and with it all there is to finish or to write down. */
  readonly onStoreGone: () => Promise<never>;
  readonly onReady: (ready: { readonly url: string; readonly agents: readonly string[] }) => void;
}

/** A store that is silent for so long when the process has to go is not waited for. */
const STORE_ANSWER_MS = 3_000;

/** Serves the project's agents until it is told to hand over. @returns how many runs it let go of unfinished */
export async function serveProcess(options: ServeProcessOptions): Promise<number> {
  const { app, host, port, agents, takesTrials, deploy, drainMs, log, signal } = options;
  const { serve, prices: own } = await app.config();
  const prices = mergePrices(own);
  const { clock, makeId } = app;
  const auth = serve.auth ?? null;
  const onError = (error: unknown) => log({ level: "error", message: "The runtime tries again", error });
  const store = await app.store();
  const post = createWebhookPost({ allowsPrivate: serve.webhooks?.allowsPrivate ?? auth === null });
  const sender = openWebhookSender({ store, clock, random: Math.random, log, post });
  const onStep = sender.noteStep;
  const opened = await openLiveRuntime(app, { deploy, takesTrials, onError, onStep, ...(agents && { agents }) }).catch(
    async (error: unknown) => {
      await sender.close();
      throw error;
    },
  );
  const { runtime } = opened;
  const settler = await openTraceSettler(app, { store, onError });
  try {
    const http = await serveHttp({ runtime, store, clock, makeId, randomBytes, auth, host, port, log, prices });
    const names = runtime.offers.map(({ agent, version }) => `${agent}@${version}`);
    options.onReady({ url: http.url, agents: names });
    if (!signal.aborted) await new Promise((stop) => signal.addEventListener("abort", stop, { once: true }));
    await http.stopAccepting();
    const isHandover = options.handover !== undefined && !options.handover.aborted;
    if (!isHandover && !(await storeAnswers(store, STORE_ANSWER_MS))) {
      log({ level: "error", message: "The store does not answer; what was at work is for the next process" });
      await options.onStoreGone();
    }
    const letGo = await runtime.drain(drainMs);
    if (letGo > 0) log({ level: "warning", message: sayLetGo(letGo, drainMs) });
    if (options.handover) await http.handOver(LINGER_MS, options.handover);
    await http.close();
    return letGo;
  } finally {
    await settler[Symbol.asyncDispose]();
    await runtime.close();
    await sender.close();
  }
}

function sayLetGo(letGo: number, drainMs: number): string {
  return `${countNoun(letGo, "run")} took longer than ${drainMs / 1_000} s and will be gone on with by the next process`;
}
