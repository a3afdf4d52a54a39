import { AegisError, type Clock } from "../../kernel/index.ts";
import type { Dispatcher } from "../dispatch.ts";
import { RestateClient } from "./restate-client.ts";
import { restateServiceName } from "./restate-service.ts";

export interface RestateSenderOptions {
  /** Where Restate takes messages, e.g. `http://127.0.0.1:8080`. */
  readonly ingressUrl: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** Gives runs to workers elsewhere, and performs none. @throws {AegisError} "dispatch.unavailable" */
export function restateSender({ ingressUrl, clock, fetch }: RestateSenderOptions): Pick<Dispatcher, "dispatch"> {
  const client = new RestateClient({ ingressUrl: ingressUrl.replace(/\/+$/, ""), adminUrl: undefined, fetch });
  return {
    async dispatch(run, atMs = 0) {
      const delayMs = Math.max(0, Math.ceil(atMs - clock.nowMs()));
      const { id: runId, sessionId: key, agent, version } = run;
      if (await client.send({ service: restateServiceName(run), key, runId, delayMs })) return;
      const said = `no worker has offered version ${version} of ${agent} yet`;
      throw new AegisError("dispatch.unavailable", said, { details: { agent, version } });
    },
  };
}
