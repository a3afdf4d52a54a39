import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type DomainName, openDomain } from "../examples/tau/environment.ts";
import { serveDomain } from "../examples/tau/serve-domain.ts";
import { registerDoors } from "../src/app/register-doors.ts";
import type { EvalCase, IsolationLevel, RunEvent, Trial } from "../src/domain/index.ts";
import { caseFromTrace, findingsOfTrial, type TraceCase } from "../src/eval/from-trace/index.ts";
import { importResults } from "../src/eval/import/index.ts";
import { type LoadedSuite, loadSuiteFile } from "../src/eval/index.ts";
import { fixedClock, idMaker, seededRandom, seedFromText } from "../src/kernel/index.ts";
import { type PlayedTrial, playLoaded } from "./play-suite-kit.ts";

export const DATA = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../shared/data");
const SUCCESS = "info.reward_info.components.base_success";

/** Why tests on the recorded data are skipped; empty where it is there. */
export const skipReason = existsSync(join(DATA, "tau1")) ? "" : ", skipped: no recorded data (AEGIS_DATA)";

/** A recorded trial and its log. */
export interface Recorded {
  readonly domain: string;
  readonly file: string;
  readonly trial: Trial;
  readonly events: readonly RunEvent[];
  readonly isPass: boolean;
}

/** A file of recordings, read as `aegis eval import` reads it. */
export function readRecorded(name: string, format: "tau1" | "tau2" = "tau1"): Recorded[] {
  const bytes = readFileSync(join(DATA, format, name));
  const isComposite = bytes.includes('"base_success"');
  const made = importResults({
    files: [{ path: name, bytes }],
    format,
    runName: name,
    makeId: idMaker(fixedClock(1_790_000_000_000), seededRandom(seedFromText(name))),
    nowMs: 1_790_000_000_000,
    ...(isComposite && { successPath: SUCCESS }),
  });
  return made.trials.map(({ trial, events }) => ({
    domain: basename(name).split("__")[0] ?? "",
    file: name,
    trial,
    events: events.map((event, seq) => ({ ...event, seq }) as RunEvent),
    isPass: trial.outcome.kind === "scored" && trial.outcome.isPass,
  }));
}

/** Something was said to the agent: a run that crashed before it began is no conversation. */
export function hasConversation({ events }: Recorded): boolean {
  return events.some((event) => event.type === "message.received" && event.from === "user");
}

/** Recorded runs of the same task that went well. */
export function goodRunsOf(failed: Recorded, all: readonly Recorded[]): Recorded[] {
  return all.filter(
    (each) => each.isPass && each.domain === failed.domain && each.trial.caseId === failed.trial.caseId,
  );
}

export function makeCase(failed: Recorded, good: Recorded | undefined): Promise<TraceCase> {
  return caseFromTrace({
    failed: { runId: failed.trial.runId, events: failed.events },
    findings: findingsOfTrial(failed.trial),
    model: "recorded",
    id: `${failed.domain}-${failed.trial.caseId}-${failed.trial.attemptIndex}-${failed.trial.runId.slice(-6).toLowerCase()}`,
    ...(good && { good: { runId: good.trial.runId, events: good.events } }),
  });
}

/** Writes cases into a suite of their own, as the command does. @returns the suite's file */
export function writeSuite(folder: string, cases: readonly TraceCase[]): string {
  for (const { path, text } of cases.flatMap(({ files }) => files)) {
    const file = join(folder, "cases", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const file = join(folder, "suite.yaml");
  writeFileSync(file, "name: from-traces\nagent: { recorded: true }\ncases: ./cases/*.yaml\ntrials: 1\n");
  return file;
}

/** Runs a suite as `aegis eval run` does, with a store in memory. */
export async function playSuite(
  file: string,
  options: {
    readonly isolation: IsolationLevel;
    readonly change?: (evalCase: EvalCase) => EvalCase;
    /** Another agent, and its world. */
    readonly by?: Pick<LoadedSuite, "target" | "world">;
  },
): Promise<PlayedTrial[]> {
  const [suite] = await loadSuiteFile(file, () => {
    throw new Error("the suite has a recorded agent");
  });
  if (!suite) throw new Error(`${file} defines no suite`);
  const cases = suite.cases.map(options.change ?? ((each) => each));
  return playLoaded({ ...suite, cases, ...options.by }, { isolation: options.isolation, root: dirname(file), file });
}

/** The AI SDK agent of the examples: its tools ask a service for everything, and the service notes when it is asked. */
export function serviceAgent(domainOf: (caseId: string) => DomainName, stepsOf: (caseId: string) => number) {
  registerDoors();
  const asked: string[] = [];
  const domains = new Map<DomainName, ReturnType<typeof openDomain>>();
  const open = (name: DomainName) => {
    const domain = domains.get(name) ?? openDomain(name, { dataFolder: DATA });
    domains.set(name, domain);
    return domain;
  };
  const by: Pick<LoadedSuite, "target" | "world"> = {
    target: {
      kind: "file",
      file: join(import.meta.dirname, "../examples/retail/agents/replayed.ts"),
      name: "replayed",
    },
    world: async ({ caseId }) => {
      const domain = open(domainOf(caseId));
      const episode = domain.newEpisode();
      const call: typeof episode.call = (tool, given) => {
        asked.push(tool);
        return episode.call(tool, given);
      };
      const noted = new Proxy(episode, { get: (of, key) => (key === "call" ? call : Reflect.get(of, key, of)) });
      const service = await serveDomain({ domain, episode: noted });
      return {
        env: { TOOLS_URL: service.url, STEPS_MAX: String(stepsOf(caseId)) },
        close: () => service.close(),
      };
    },
  };
  return { by, asked };
}
