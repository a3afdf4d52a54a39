import { AegisError, type Id } from "../kernel/index.ts";
import type { NewEvent } from "../domain/index.ts";
import type { Fault } from "../fault/index.ts";
import { costOf, mergePrices, type PriceTable } from "../model/pricing/index.ts";
import { atBoundary, atEdge, faultsOf, needsEdge, type OpenWorld } from "../world/index.ts";
import type { EdgeEnd, TrialEdge } from "../world/edge/index.ts";
import { eventProgress } from "./event-progress.ts";
import { replayForJob } from "./replay-for-job.ts";
import type { TrialJob, TrialPerformance } from "./trial-job.ts";
import type { TrialLog } from "./trial-log.ts";
import type { TrialPorts, TrialRequest } from "./trial-ports.ts";

export interface AgentPerforming {
  readonly request: TrialRequest;
  readonly ports: TrialPorts;
  readonly runId: Id<"run">;
  readonly log: TrialLog;
  readonly world: OpenWorld;
}

export interface AgentPerformance extends TrialPerformance {
  /** What the trial's network edge has to tell, where it had one. */
  readonly edge?: EdgeEnd;
}

/** Puts the agent into its world: model, user, faults and network on this side, the rest in the sandbox. */
export async function performAgent(performing: AgentPerforming): Promise<AgentPerformance> {
  const { request, ports, log, world } = performing;
  assertPlace(request);
  const faults = trialFaults(performing);
  await using edge = await openEdge(performing, atEdge(faults));
  const progress = eventProgress();
  const endpoint = await registerModel(performing, progress.reached);
  try {
    const job = await makeJob(performing, { faults: atBoundary(faults), edge, endpoint });
    const onEvent = (event: NewEvent) => {
      log.add(event);
      progress.count();
    };
    const { suite, evalCase, signal } = request;
    const timeoutMs = evalCase.timeoutMs ?? suite.timeoutMs;
    const { files } = world;
    const told = await ports.perform({ job, files, timeoutMs, passEnv: suite.passEnv, onEvent, signal });
    return edge ? { ...told, edge: await edge.end() } : told;
  } finally {
    progress.end();
    endpoint?.close();
  }
}

type Endpoint = ReturnType<NonNullable<TrialPorts["endpoint"]>["register"]>;

async function registerModel(
  { request, ports, runId, log }: AgentPerforming,
  reached: ReturnType<typeof eventProgress>["reached"],
): Promise<Endpoint | undefined> {
  const { evalCase, attemptIndex, seed, signal } = request;
  const { simulatedUser } = evalCase;
  const modelReplay = recordingOf(evalCase.world.modelReplay, attemptIndex);
  const nextMove = simulatedUser && (await ports.openUser?.(simulatedUser, { seed, signal }));
  return ports.endpoint?.register({
    runId,
    onEvent: (event) => log.add(event),
    reached,
    ...(modelReplay && { modelReplay }),
    ...(nextMove && { nextMove }),
  });
}

function trialFaults({ request, world }: AgentPerforming): Fault[] {
  const { evalCase, suite, seed } = request;
  const { faults: written = [], network, env } = evalCase.world;
  if (written.length === 0 && suite.faults.length === 0) return [];
  const addresses = Object.values({ ...env, ...world.env });
  return faultsOf({
    written,
    where: `${evalCase.file ?? evalCase.id}: world.faults`,
    profiles: suite.faults,
    seed,
    hasServices: network !== undefined || addresses.some((value) => /https?:\/\/(127\.0\.0\.1|localhost)/.test(value)),
  });
}

/** Loaded only for a trial that has one. */
async function openEdge(
  { request, ports, log }: AgentPerforming,
  faults: readonly Fault[],
): Promise<TrialEdge | undefined> {
  const { evalCase, suite, seed, attemptIndex } = request;
  const { network: asked } = evalCase.world;
  if (!needsEdge({ network: asked, faults })) return undefined;
  // One recording for all trials of a case: the first one's.
  const { record, ...unrecorded } = asked ?? { allow: [] };
  const network = asked && (attemptIndex === 0 && record !== undefined ? asked : unrecorded);
  const { openTrialEdge } = await import("../world/edge/index.ts");
  const prices = mergePrices(ports.prices as unknown as PriceTable);
  return openTrialEdge({
    network,
    faults,
    seed,
    clock: ports.clock,
    append: (event) => log.add(event),
    costOf: (call) => costOf({ ...call, prices }),
    secrets: suite.passEnv.flatMap((name) => process.env[name] ?? []).filter((value) => value.length >= SECRET_MIN),
  });
}

/** Shorter values stand in any text. */
const SECRET_MIN = 6;

async function makeJob(
  { request, ports, runId, world }: AgentPerforming,
  parts: {
    readonly faults: readonly Fault[];
    readonly edge: TrialEdge | undefined;
    readonly endpoint: Endpoint | undefined;
  },
): Promise<TrialJob> {
  const { evalCase, suite, attemptIndex, seed } = request;
  const { faults, edge, endpoint } = parts;
  const { world: caseWorld, user, input, history } = evalCase;
  const modelReplay = recordingOf(caseWorld.modelReplay, attemptIndex);
  const userReplay = recordingOf(caseWorld.userReplay, attemptIndex);
  const env = { ...caseWorld.env, ...world.env };
  return {
    runId,
    caseId: evalCase.id,
    attemptIndex,
    seed,
    target: suite.target,
    input: userReplay?.map((message) => ({ user: message })) ?? input,
    user,
    env: edge ? { ...(await edge.through(env)), ...edge.proxyEnv } : env,
    state: suite.world ? {} : caseWorld.state,
    approvals: caseWorld.approvals,
    prices: ports.prices,
    ...(caseWorld.clock !== undefined && { clock: caseWorld.clock }),
    ...(modelReplay && { modelReplay }),
    ...(caseWorld.replay && { replay: replayForJob(caseWorld.replay, suite.target) }),
    ...(endpoint && { modelBaseUrl: edge ? await edge.throughModel(endpoint.baseUrl) : endpoint.baseUrl }),
    ...(endpoint?.userUrl !== undefined && { userUrl: endpoint.userUrl }),
    ...(edge?.authorityPem !== undefined && { authorityPem: edge.authorityPem }),
    ...(faults.length > 0 && { faults }),
    ...(history && { history }),
    ...(caseWorld.memory && { memory: caseWorld.memory }),
    ...(caseWorld.services && { services: caseWorld.services }),
  };
}

/** @throws {AegisError} "case.needs_sandbox" */
function assertPlace({ evalCase, isolation }: TrialRequest): void {
  const { files, services = [] } = evalCase.world;
  if (isolation !== "none" || (files === undefined && services.length === 0)) return;
  const what = files === undefined ? "services" : "files";
  throw new AegisError("case.needs_sandbox", `case ${evalCase.id} has ${what}, and level none has no place for them`, {
    details: { case: evalCase.id },
  });
}

/** Attempts beyond the recorded ones repeat the last. */
function recordingOf<Recording>(
  recordings: readonly Recording[] | undefined,
  attemptIndex: number,
): Recording | undefined {
  return recordings?.[Math.min(attemptIndex, recordings.length - 1)];
}
