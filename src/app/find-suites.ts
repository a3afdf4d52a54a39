import { existsSync, globSync, statSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import { AegisError, offerNames } from "../kernel/index.ts";
import { builtBeside, type LoadedSuite, loadSuiteFile, type ResolveAgent } from "../eval/index.ts";
import type { Config } from "./config.ts";
import { registerDoors } from "./register-doors.ts";

const EXTENSIONS = ["ts", "mts", "js", "mjs"];

/** A suite file that could not be read, and why. */
export interface BrokenSuite {
  readonly file: string;
  readonly error: AegisError;
}

/** Every suite of the project; files that cannot be read are told apart, not hidden. */
export async function findSuites(config: Config): Promise<{ suites: LoadedSuite[]; broken: BrokenSuite[] }> {
  registerDoors();
  const suites: LoadedSuite[] = [];
  const broken: BrokenSuite[] = [];
  for (const file of suiteFiles(config)) {
    try {
      suites.push(...(await loadSuiteFile(file, agentResolver(config))));
    } catch (error) {
      if (!(error instanceof AegisError)) throw error;
      broken.push({ file, error });
    }
  }
  return { suites, broken };
}

/**
 * One suite by name, or by the path of its file. Without either, the project's only suite.
 *
 * @throws {AegisError} "suite.not_found", naming the suites there are
 */
export async function findSuite(config: Config, wanted: string | undefined): Promise<LoadedSuite> {
  registerDoors();
  const path = wanted === undefined ? undefined : pathOf(wanted, config);
  if (path !== undefined) return onlyOne(await loadSuiteFile(path, agentResolver(config)), path);
  const likely = suiteFiles(config).sort((a, b) => Number(b.includes(`${wanted}`)) - Number(a.includes(`${wanted}`)));
  const seen: string[] = [];
  const broken: BrokenSuite[] = [];
  const all: LoadedSuite[] = [];
  for (const file of likely) {
    try {
      const suites = await loadSuiteFile(file, agentResolver(config));
      const found = suites.find((suite) => suite.name === wanted);
      if (found) return found;
      all.push(...suites);
      seen.push(...suites.map((suite) => suite.name));
    } catch (error) {
      if (!(error instanceof AegisError)) throw error;
      broken.push({ file, error });
    }
  }
  if (wanted === undefined && all.length === 1 && all[0]) return all[0];
  throw broken[0]?.error ?? notFound({ config, wanted, seen });
}

/** An agent by its config name, by `agents/<name>.*`, or by a path. */
export function agentResolver(config: Config): ResolveAgent {
  return (agent, folder) => {
    const named = config.agents[agent];
    const isPath = /[./]/.test(agent);
    const candidates = named
      ? [resolve(config.root, named)]
      : [
          ...(isPath ? [resolve(folder, agent), resolve(config.root, agent)] : []),
          ...EXTENSIONS.map((extension) => join(config.root, "agents", `${agent}.${extension}`)),
        ];
    const file = candidates.flatMap((path) => [path, builtBeside(path)]).find((path) => existsSync(path));
    if (file) return { kind: "file", file, name: agent };
    // The other endings of agents/<name> go without saying.
    const tried = candidates.slice(0, isPath && !named ? 3 : 1).map((path) => relative(config.root, path));
    const where = [...new Set(tried)].join(", ");
    const why = named ? `aegis.config names ${where}, and no file is there` : `no file at ${where}`;
    const offer = named ? "" : offerNames(agent, agentNames(config));
    throw new AegisError("agent.not_found", `agent ${JSON.stringify(agent)}: ${why}${offer}`, { details: { agent } });
  };
}

/** Of the config, and of the files in `agents`. */
export function agentNames(config: Config): string[] {
  const files = globSync(`agents/*.{${EXTENSIONS.join(",")}}`, { cwd: config.root });
  const names = files.map((file) => basename(file, extname(file))).filter((name) => !/\.(test|spec|d)$/.test(name));
  return [...new Set([...Object.keys(config.agents), ...names])].sort();
}

export function suiteFiles(config: Config): string[] {
  const files = config.suites.flatMap((pattern) =>
    globSync(pattern, {
      cwd: config.root,
      exclude: (name) => name === "node_modules" || name === ".git" || name === "dist",
    }),
  );
  return [...new Set(files)].map((file) => resolve(config.root, file)).sort();
}

function pathOf(wanted: string, config: Config): string | undefined {
  const candidates = [resolve(wanted), resolve(config.root, wanted)];
  const isFile = (path: string) => existsSync(path) && statSync(path).isFile();
  const file = candidates.find(isFile);
  if (file) return file;
  const inFolder = candidates.flatMap((folder) =>
    [...EXTENSIONS, "yaml", "yml"].map((each) => join(folder, `suite.${each}`)),
  );
  return inFolder.find(isFile);
}

function onlyOne(suites: readonly LoadedSuite[], path: string): LoadedSuite {
  const [first, second] = suites;
  if (first && !second) return first;
  throw new AegisError(
    "suite.not_found",
    `${path} holds ${suites.length} suites: name one of ${suites.map((each) => each.name).join(", ")}`,
  );
}

function notFound({
  config,
  wanted,
  seen,
}: {
  config: Config;
  wanted: string | undefined;
  seen: readonly string[];
}): AegisError {
  const where = `${config.root} (${config.suites.join(", ")})`;
  const details = { suiteCount: seen.length };
  if (seen.length === 0) {
    const what = wanted === undefined ? "" : `no suite is called ${JSON.stringify(wanted)}; `;
    return new AegisError("suite.not_found", `${what}no suite was found in ${where}`, { details });
  }
  const what =
    wanted === undefined
      ? `which suite? Name one with --suite; there are: ${seen.join(", ")}`
      : `no suite is called ${JSON.stringify(wanted)}${offerNames(wanted, seen)}`;
  return new AegisError("suite.not_found", what, { details });
}
