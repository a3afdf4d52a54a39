import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { AegisError } from "../../kernel/index.ts";
import type { LoadedSuite } from "../../eval/index.ts";
import type { Config } from "../config.ts";
import { agentNames, agentResolver, findSuite } from "../find-suites.ts";

/** Where cases made of traces are put. */
export interface CasePlace {
  /** The suite that plays them. */
  readonly suiteFile: string;
  /** What it holds, where it is not there yet. */
  readonly suiteText?: string;
  /** The folder of its cases. */
  readonly folder: string;
  /** Its agent is only a recording, with no model of its own. */
  readonly isRecorded: boolean;
}

export interface PlaceRequest {
  readonly suite?: string | undefined;
  /** A folder that holds the suite, or will. */
  readonly out?: string | undefined;
  readonly agent?: string | undefined;
  /** The agent's name in the trace. */
  readonly tracedAgent: string;
}

/**
 * Cases go beside those of the suite that is named; else into a suite of cases made of traces, one for each agent of the
 * project, and one for agents that are only recordings.
 *
 * @throws {AegisError} "agent.not_found" for an agent that is not there, "cli.usage" where a suite has another one
 */
export async function placeCases(config: Config, request: PlaceRequest, cwd: string): Promise<CasePlace> {
  const { suite: wanted, out, agent: named } = request;
  if (wanted !== undefined) return besideCasesOf(assertPlayedBy(await findSuite(config, wanted), named, config));
  const agents = agentNames(config);
  const agent = named ?? (agents.includes(request.tracedAgent) ? request.tracedAgent : undefined);
  const folder =
    out === undefined
      ? join(config.root, "evals", agent === undefined ? "recorded" : `${basename(agent)}-traces`)
      : resolve(cwd, out);
  const suiteFile = join(folder, "suite.yaml");
  if (existsSync(suiteFile)) {
    return besideCasesOf(assertPlayedBy(await findSuite(config, suiteFile), named, config));
  }
  const isRecorded = agent === undefined;
  // A suite that names nobody would stand in the way of every later command.
  if (agent !== undefined) agentResolver(config)(agent, folder);
  return { suiteFile, folder: join(folder, "cases"), suiteText: suiteText(basename(folder), agent), isRecorded };
}

/** A suite has one agent: to name another one and be given this would be a surprise. */
function assertPlayedBy(suite: LoadedSuite, named: string | undefined, config: Config): LoadedSuite {
  const { name, file, target } = suite;
  if (named === undefined) return suite;
  const wanted = agentResolver(config)(named, dirname(file));
  if (target.kind === "file" && wanted.file === target.file) return suite;
  throw new AegisError("cli.usage", `suite ${name} has an agent of its own, which is not ${JSON.stringify(named)}`, {
    fix: "Leave --agent out, or give another suite with --suite or --out.",
  });
}

function besideCasesOf({ file, cases, target }: LoadedSuite): CasePlace {
  const known = cases.find((each) => each.file !== undefined)?.file;
  const folder = known === undefined ? join(dirname(file), "cases") : dirname(known);
  return { suiteFile: file, folder, isRecorded: target.kind === "recorded" };
}

function suiteText(name: string, agent: string | undefined): string {
  // What is only said again is the same every time.
  const played = agent === undefined ? "{ recorded: true }\ntrials: 1" : JSON.stringify(agent);
  return `# Cases made of traces by \`aegis case from-trace\`.\nname: ${JSON.stringify(name)}\nagent: ${played}\ncases: ./cases/*.yaml\n`;
}

/** @throws {AegisError} "case.not_found" where the suite does not read the folder */
export function notRead(place: CasePlace, ids: readonly string[], root: string): AegisError {
  const folder = relative(root, place.folder) || ".";
  return new AegisError(
    "case.not_found",
    `${relative(root, place.suiteFile)} does not read ${ids.join(", ")} in ${folder}: add ${folder}/*.yaml to its cases`,
    { details: { ids: ids.join(", ") } },
  );
}
