import { existsSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { AegisError, type CaseOptions, check, type WorldFactory } from "aegis";
import { changedRecords } from "./changed-records.ts";
import { DATA_HINT, dataFolderOf, readDataFile, recordingsIn } from "./data-folder.ts";
import { type Domain, type DomainName, openDomain } from "./environment.ts";
import { attemptAt, outcomeCheck } from "./outcome-check.ts";
import { type RecordedAttempt, type RecordedTask, recordedTasks } from "./recorded-tasks.ts";
import { domainOf } from "./regrade-trajectories.ts";
import { serveDomain } from "./serve-domain.ts";
import { type RecordedRun, readTrajectories } from "./trajectory.ts";
import { plainJson } from "./value.ts";

export interface RecordedSuiteOptions {
  readonly domainName: DomainName;
  /** The recording under `tau1/` to play; another one of the domain where it is not there. */
  readonly file: string;
  /** AEGIS_DATA: the data folder. AEGIS_TAU_FILE: recordings to play instead, their attempts one after the other. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface RecordedSuite {
  readonly cases: readonly CaseOptions[];
  readonly world: WorldFactory;
  readonly toolNames: readonly string[];
}

/**
 * Turns recordings of a customer-service benchmark into a suite: a case per task, an attempt per recorded trial.
 * @throws {AegisError} "data.missing" without the data, "import.bad_format" for a file that holds something else
 */
export function recordedSuite(options: RecordedSuiteOptions): RecordedSuite {
  const { domainName, environment } = options;
  const dataFolder = dataFolderOf(environment);
  const files = chosenFiles(options, dataFolder);
  const runs = files.flatMap((file) => readRuns(domainName, file));
  const tasks = recordedTasks(domainName, runs);
  const domainFor = domainOpener(domainName, dataFolder);
  const byCase = new Map(tasks.map((task) => [caseIdOf(task), task]));
  return {
    cases: tasks.map((task) => caseOf({ task, domainFor, files })),
    toolNames: domainFor(tasks[0]?.attempts[0]?.hasProvinces ?? false).tools.map(
      (tool) => (tool["function"] as { readonly name: string }).name,
    ),
    world: async ({ caseId, attemptIndex }) =>
      openEpisode(attemptAt(byCase.get(caseId)?.attempts ?? [], attemptIndex), domainFor),
  };
}

/** @returns paths, at least one */
function chosenFiles({ domainName, file, environment }: RecordedSuiteOptions, dataFolder: string): string[] {
  const wanted = (environment["AEGIS_TAU_FILE"] ?? "").split(delimiter).filter((path) => path !== "");
  if (wanted.length > 0) return wanted;
  const preferred = join(dataFolder, "tau1", file);
  if (existsSync(preferred)) return [preferred];
  const [other] = recordingsIn(dataFolder).filter((path) => basename(path).startsWith(`${domainName}__`));
  if (other !== undefined) return [other];
  throw new AegisError(
    "data.missing",
    `No recording of ${domainName} agents: ${preferred} is not there. ${DATA_HINT}`,
    {
      details: { file: preferred },
    },
  );
}

function readRuns(domainName: DomainName, file: string): RecordedRun[] {
  const runs = readTrajectories(file, readDataFile(file));
  domainOf(file, runs, domainName);
  return runs;
}

/** Each version of a domain's data is read once per process; every trial starts an episode of its own on top. */
function domainOpener(name: DomainName, dataFolder: string): (hasProvinces: boolean) => Domain {
  const opened = new Map<boolean, Domain>();
  return (hasProvinces) => {
    const domain = opened.get(hasProvinces) ?? openDomain(name, { dataFolder, hasProvinces });
    opened.set(hasProvinces, domain);
    return domain;
  };
}

async function openEpisode(attempt: RecordedAttempt, domainFor: (hasProvinces: boolean) => Domain) {
  const domain = domainFor(attempt.hasProvinces);
  const episode = domain.newEpisode();
  const service = await serveDomain({ domain, episode, faults: attempt.faults });
  return {
    env: { TOOLS_URL: service.url, STEPS_MAX: String(attempt.assistantMessages.length) },
    touched: () => changedRecords(episode),
    close: () => service.close(),
  };
}

function caseIdOf({ taskId }: RecordedTask): string {
  return `task-${String(taskId).padStart(3, "0")}`;
}

function caseOf(made: {
  readonly task: RecordedTask;
  readonly domainFor: (hasProvinces: boolean) => Domain;
  readonly files: readonly string[];
}): CaseOptions {
  const { task, domainFor, files } = made;
  const { attempts } = task;
  const passedCount = attempts.filter(({ reward }) => reward === 1).length;
  return {
    id: caseIdOf(task),
    why: `A recorded agent solved this task in ${passedCount} of ${attempts.length} attempts.`,
    // What always worked must go on working; what sometimes worked is still being learned.
    kind: passedCount === attempts.length ? "regression" : "capability",
    from: { files: files.map((file) => basename(file)), taskId: task.taskId },
    input: [...(attempts[0]?.userMessages ?? [])],
    world: {
      userReplay: attempts.map(({ userMessages }) => userMessages),
      modelReplay: attempts.map(({ assistantMessages }) => assistantMessages),
    },
    expected: {
      actions: task.task.actions.map(({ name, kwargs }) => ({ name, arguments: plainJson(kwargs) })),
      outputs: [...task.task.outputs],
    },
    metadata: { recordedRewards: attempts.map(({ reward }) => reward) },
    trials: attempts.length,
    checks: [
      check.named("tau outcome", check.custom("tau outcome", outcomeCheck(task, domainFor), { explain: OUTCOME })),
    ],
  };
}

const OUTCOME = "It leaves the state that the task's own actions leave, and tells the user what had to be told.";
