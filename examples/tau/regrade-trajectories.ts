import { AegisError } from "../../src/kernel/index.ts";
import { decodeArguments } from "./decode-arguments.ts";
import { type Domain, DOMAIN_NAMES, type DomainName, type Episode, findTool, openDomain } from "./environment.ts";
import { referenceEpisode, rewardOf, type Task } from "./reward.ts";
import { stateHasher } from "./state-hash.ts";
import { type ObservationDifference, type RegradeReport, type RunName, Tally } from "./regrade-report.ts";
import { type RecordedContent, type RecordedRun, type RecordedStep, readTrajectories } from "./trajectory.ts";
import { dump } from "./value-text.ts";

export interface RegradeOptions {
  /** Found from the tools that are called when left out. */
  readonly domainName?: DomainName | undefined;
  readonly dataFolder: string;
  readonly withHash: boolean;
}

/** Plays recorded runs again in our own environment. One regrader serves many files: the state is loaded once. */
export class Regrader {
  readonly #options: RegradeOptions;
  readonly #domains = new Map<string, GradingDomain>();

  constructor(options: RegradeOptions) {
    this.#options = options;
  }

  /** @throws {AegisError} "import.bad_format" for a file that holds something else, "data.missing" without the state files */
  regrade(file: string, text: string): RegradeReport {
    const runs = readTrajectories(file, text);
    const domainName = domainOf(file, runs, this.#options.domainName);
    const fileHasProvinces = runs.some((run) => showsProvinces(run.content) === true);
    const tally = new Tally(file);
    for (const run of runs) {
      if (run.content.kind === "crashed") {
        tally.skip(`crashed: ${run.content.reason}`);
        continue;
      }
      const hasProvinces = domainName === "airline" && (showsProvinces(run.content) ?? fileHasProvinces);
      regradeRun(run, run.content, this.#gradingDomain(domainName, hasProvinces), tally);
    }
    return tally.report();
  }

  #gradingDomain(domainName: DomainName, hasProvinces: boolean): GradingDomain {
    const key = `${domainName} ${hasProvinces}`;
    const known = this.#domains.get(key);
    if (known !== undefined) return known;
    const grading = new GradingDomain(
      openDomain(domainName, { dataFolder: this.#options.dataFolder, hasProvinces }),
      this.#options,
    );
    this.#domains.set(key, grading);
    return grading;
  }
}

type PlayedRun = RecordedContent & { readonly kind: "played" };

/** A domain, and what is known of its tasks: trials of one task share the wanted end state. */
class GradingDomain {
  readonly domain: Domain;
  readonly #references = new Map<string, { readonly episode: Episode; hash?: string }>();
  readonly #withHash: boolean;
  #hash: ReturnType<typeof stateHasher> | undefined;

  constructor(domain: Domain, options: RegradeOptions) {
    this.domain = domain;
    this.#withHash = options.withHash;
  }

  reference(task: Task): Episode {
    return this.#reference(task).episode;
  }

  hashOf(task: Task): string | undefined {
    if (!this.#withHash) return undefined;
    const reference = this.#reference(task);
    this.#hash ??= stateHasher(this.domain.tables);
    return (reference.hash ??= this.#hash(reference.episode.state));
  }

  #reference(task: Task): { readonly episode: Episode; hash?: string } {
    const key = task.actions.map(({ name, kwargs }) => name + dump(kwargs)).join("\n");
    const known = this.#references.get(key);
    if (known !== undefined) return known;
    const reference = { episode: referenceEpisode(this.domain, task) };
    this.#references.set(key, reference);
    return reference;
  }
}

function regradeRun(run: RecordedRun, played: PlayedRun, grading: GradingDomain, tally: Tally): void {
  const episode = grading.domain.newEpisode();
  const differences: Omit<ObservationDifference, keyof RunName>[] = [];
  const responses: string[] = [];
  let observationCount = 0;
  for (const [index, step] of played.steps.entries()) {
    if (step.kind === "response") {
      responses.push(step.text);
      continue;
    }
    const answer = playCall(grading.domain.name, episode, step);
    if (answer === "unplayable") {
      tally.skip(`the arguments of ${step.tool} are neither JSON nor a Python literal`);
      return;
    }
    if (step.observation === undefined) continue;
    observationCount += 1;
    if (answer.text === step.observation && answer.why === undefined) continue;
    const why = answer.why ?? (findTool(grading.domain.name, step.tool) ? "different text" : "unknown tool");
    differences.push({ step: index, tool: step.tool, why, ...aroundDifference(step.observation, answer.text) });
  }
  tally.observe(run, observationCount, differences);
  const reference = { episode: grading.reference(played.task), outputs: played.task.outputs };
  const { reward, reason } = rewardOf({ episode, responses, isDone: played.isDone }, reference);
  tally.grade(run, { recorded: played.reward, recomputed: reward, reason });
  const hash = played.gtDataHash === undefined ? undefined : grading.hashOf(played.task);
  if (hash !== undefined) tally.hash(hash === played.gtDataHash);
}

type Answer = { readonly text: string; readonly why?: ObservationDifference["why"] };

/** A call that a fault injected by the recorder answered never reached the tool, so it is not executed here either. */
function playCall(
  domainName: DomainName,
  episode: Episode,
  step: RecordedStep & { kind: "call" },
): Answer | "unplayable" {
  if (isInjectedFault(step.observation)) {
    return { text: "(not executed)", why: "injected fault" };
  }
  const kwargs = decodeArguments(step.tool, step.argumentsText);
  if (kwargs !== undefined) return { text: episode.call(step.tool, kwargs) ?? "(nothing: the original crashed here)" };
  const tool = findTool(domainName, step.tool);
  if (tool === undefined) return { text: episode.call(step.tool, new Map()) ?? "" };
  return tool.canWrite ? "unplayable" : { text: "(not executed)", why: "unreadable arguments" };
}

/** No tool of the domains speaks of HTTP: such an answer was put there by whoever made the recording. */
export function isInjectedFault(observation: string | undefined): boolean {
  return /^Error: [45]\d\d(?: [A-Z][A-Za-z-]*)+$/.test(observation ?? "");
}

/**
 * The tools of the two domains differ, so a file tells which one it is about.
 * @throws {AegisError} "import.bad_format" where it is about neither, or not about the wanted one
 */
export function domainOf(file: string, runs: readonly RecordedRun[], wanted: DomainName | undefined): DomainName {
  const names = new Set(runs.flatMap(({ content }) => (content.kind === "played" ? toolNames(content) : [])));
  const counts = DOMAIN_NAMES.map((domainName) => ({
    domainName,
    count: [...names].filter((name) => findTool(domainName, name) !== undefined).length,
  }));
  const likely = counts.reduce((best, next) => (next.count > best.count ? next : best));
  const wantedCount = counts.find(({ domainName }) => domainName === wanted)?.count ?? 0;
  if (wanted !== undefined && wantedCount === likely.count) return wanted;
  if (wanted === undefined && likely.count > 0) return likely.domainName;
  const found =
    likely.count === 0 ? "calls none of the tools of a domain we know" : `calls the tools of ${likely.domainName}`;
  throw new AegisError(
    "import.bad_format",
    `${file}: expected runs of ${wanted ?? "retail or airline"}, but the file ${found}`,
    {
      details: { file },
    },
  );
}

function toolNames(content: PlayedRun): string[] {
  const called = content.steps.flatMap((step) => (step.kind === "call" ? [step.tool] : []));
  return [...called, ...content.task.actions.map(({ name }) => name)];
}

/** Which version of the airline users the run has seen; undefined where it never looked at one. */
export function showsProvinces(content: RecordedContent): boolean | undefined {
  if (content.kind === "crashed") return undefined;
  for (const step of content.steps) {
    if (step.kind !== "call" || step.tool !== "get_user_details") continue;
    if (step.observation?.includes('"province": ')) return true;
    if (step.observation?.includes('"state": ')) return false;
  }
  return undefined;
}

const EXCERPT_LENGTH_MAX = 120;

function aroundDifference(recorded: string, recomputed: string): { recorded: string; recomputed: string } {
  let same = 0;
  while (same < recorded.length && recorded[same] === recomputed[same]) same += 1;
  const start = Math.max(0, same - 40);
  const excerpt = (text: string): string => {
    const end = start + EXCERPT_LENGTH_MAX;
    return `${start > 0 ? "..." : ""}${text.slice(start, end)}${text.length > end ? "..." : ""}`;
  };
  return { recorded: excerpt(recorded), recomputed: excerpt(recomputed) };
}
