import type { IsolationLevel, Trial } from "../../domain/index.ts";
import { type LoadedSuite, runSuite } from "../../eval/index.ts";
import { seedFromText } from "../../kernel/index.ts";
import type { App } from "../open-app.ts";
import { defaultConcurrency, openPerformer } from "../performers.ts";
import { suiteEndpoint } from "../suite-endpoint.ts";
import { performerPlace, suitePorts } from "../suite-ports.ts";

export interface PlayRequest {
  /** The run's name begins with it. */
  readonly name: string;
  /** The suite's own unless told. */
  readonly isolation?: IsolationLevel;
  readonly signal: AbortSignal;
}

/** Runs a suite from its first case to its last, and keeps the eval run in the project's store. */
export async function playCases(app: App, suite: LoadedSuite, request: PlayRequest): Promise<readonly Trial[]> {
  const config = await app.config();
  const isolation = request.isolation ?? suite.isolation;
  await using performer = await openPerformer(isolation, performerPlace(config, suite, undefined));
  await using endpoint = await suiteEndpoint(suite, config);
  const { trials } = await runSuite(
    suite,
    {
      name: `${request.name}-${app.makeId()}`,
      isolation,
      concurrency: config.concurrency ?? defaultConcurrency(isolation),
      seed: seedFromText(suite.name),
      signal: request.signal,
      attributes: { madeBy: "case from-trace" },
    },
    await suitePorts(app, { perform: performer.perform, ...(endpoint && { endpoint }) }),
  );
  return trials;
}
