import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { AegisError, errorPlace, explainIssues, LIMITS } from "../kernel/index.ts";
import type { AiSdkModel, ConfigOptions, ServeOptions } from "./define-config.ts";
import { registerDoors } from "./register-doors.ts";

/** The project's settings, defaults filled in. */
export interface Config {
  /** The folder everything is relative to. */
  readonly root: string;
  readonly file: string | undefined;
  readonly agents: Readonly<Record<string, string>>;
  readonly suites: readonly string[];
  readonly storePath: string;
  readonly prices: NonNullable<ConfigOptions["prices"]>;
  /** Not looked into yet: `readingOptions` does. */
  readonly rules: Readonly<Record<string, unknown>>;
  readonly judge: { readonly model: AiSdkModel } | undefined;
  readonly simulatedUser: { readonly model: AiSdkModel } | undefined;
  readonly calibrations: string;
  readonly concurrency: number | undefined;
  readonly serve: ServeOptions;
}

const CONFIG_NAMES = ["aegis.config.ts", "aegis.config.mts", "aegis.config.js", "aegis.config.mjs"];
const DEFAULT_SUITES = ["evals/**/suite.{ts,mts,js,mjs,yaml,yml}", "evals/**/*.{suite,eval}.{ts,mts,js,mjs,yaml,yml}"];

const price = z.strictObject({
  inputMicroUsd: z.int().min(0).describe("per million tokens"),
  outputMicroUsd: z.int().min(0).describe("per million tokens"),
  cachedInputMicroUsd: z.int().min(0).optional(),
});

const jwtSchema = z.strictObject({
  jwks: z.string().describe("address of the issuer's public keys"),
  issuer: z.string(),
  audience: z.string(),
  userClaim: z.string().optional().describe("the claim that names the user; sub unless told"),
  roleClaim: z.string().optional().describe("the claim with the role; role unless told"),
  scopeClaim: z.string().optional().describe("where told, a token may do only what this claim lists"),
});

const restateSchema = z.strictObject({
  ingressUrl: z.string().describe("where Restate takes messages"),
  adminUrl: z.string().optional().describe("where Restate is told of workers; without it somebody else registers them"),
  listen: z
    .strictObject({ host: z.string(), port: z.int().min(0).max(65_535) })
    .optional()
    .describe("where this process listens for Restate; a free port of 127.0.0.1 unless told"),
  advertisedUrl: z.string().optional().describe("where Restate reaches all processes with the same code: a balancer"),
  identityKeys: z.array(z.string()).optional().describe("public keys of Restate; a must beyond this machine"),
});

const serveSchema = z.strictObject({
  host: z.string().optional().describe("127.0.0.1 unless told; any other needs auth"),
  port: z.int().min(0).max(65_535).optional().describe("4100 unless told"),
  world: z.string().optional().describe("file of a world factory: services the agents need while you try them"),
  auth: z
    .strictObject({ jwt: jwtSchema.optional() })
    .optional()
    .describe("asks callers who they are: API keys always, tokens where jwt names an issuer"),
  webhooks: z
    .strictObject({ allowsPrivate: z.boolean().optional() })
    .optional()
    .describe("whether webhooks may lead to private addresses; they may where nobody is asked who they are"),
  grants: z.array(z.string()).optional().describe("what every user may do and see"),
  trials: z.boolean().optional().describe("take trials of `aegis eval run --workers restate` too"),
  restate: restateSchema.optional().describe("runs are handed to several processes through this Restate server"),
  drainMs: z
    .int()
    .min(0)
    .optional()
    .describe("how long a process that hands over may work on its runs; 30 s unless told"),
  export: z
    .strictObject({
      url: z.string().describe("e.g. http://localhost:4318"),
      headers: z.record(z.string(), z.string()).optional().describe("of every request, e.g. a key"),
      protocol: z.enum(["protobuf", "json"]).optional().describe("protobuf unless told"),
      content: z.boolean().optional().describe("also what was said: prompts, answers, arguments and results"),
    })
    .optional()
    .describe("a collector that is told of every run of the project's agents, by OTLP over HTTP"),
});

/** The keys of aegis.config.ts. */
export const configSchema = z.strictObject({
  agents: z.record(z.string(), z.string()).optional().describe("agent name to the file that defines it"),
  suites: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("globs of suite files"),
  store: z.string().optional().describe("path of the store, .aegis/store.db unless told; or a Postgres address"),
  serve: serveSchema.optional(),
  prices: z.record(z.string(), price).optional().describe("model id to its price, over the built-in table"),
  rules: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("agent name to what it may do: detectors hold its runs against it"),
  judge: z.strictObject({ model: z.custom<AiSdkModel>((value) => value !== undefined) }).optional(),
  simulatedUser: z
    .strictObject({ model: z.custom<AiSdkModel>((value) => value !== undefined) })
    .optional()
    .describe("the model that simulated users without a script speak through"),
  calibrations: z.string().optional().describe("folder of judge calibrations; evals/calibrations unless told"),
  concurrency: z.int().min(1).max(LIMITS.concurrencyMax).optional(),
});

/**
 * Finds and reads the project's config, from `cwd` upward. Without one, the nearest folder with a package.json or a
 * .git is the root, and defaults hold.
 *
 * @throws {AegisError} "config.bad_file"
 */
export async function loadConfig(cwd: string): Promise<Config> {
  const file = findUp(cwd, CONFIG_NAMES);
  const root = file ? dirname(file) : dirname(findUp(cwd, ["package.json", ".git"]) ?? join(cwd, "package.json"));
  const given = file ? await readConfig(file) : {};
  const suites = given.suites ?? DEFAULT_SUITES;
  return {
    root,
    file,
    agents: given.agents ?? {},
    suites: typeof suites === "string" ? [suites] : suites,
    storePath: storePath(root, given.store ?? ".aegis/store.db"),
    serve: (given.serve ?? {}) as ServeOptions,
    prices: (given.prices ?? {}) as Config["prices"],
    rules: given.rules ?? {},
    judge: given.judge as Config["judge"],
    simulatedUser: given.simulatedUser as Config["simulatedUser"],
    calibrations: resolve(root, given.calibrations ?? "evals/calibrations"),
    concurrency: given.concurrency,
  };
}

/** A file of the project, or the address of a database. */
function storePath(root: string, store: string): string {
  return /^postgres(ql)?:/.test(store) ? store : resolve(root, store);
}

async function readConfig(file: string): Promise<z.output<typeof configSchema>> {
  registerDoors();
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    throw new AegisError(
      "config.bad_file",
      `${errorPlace(cause, file)} cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
  const result = configSchema.safeParse(module.default);
  if (result.success) return result.data;
  const { text, path } = explainIssues({ schema: configSchema, value: module.default, issues: result.error.issues });
  const isWhole = path.length === 0 && !isRecord(module.default);
  throw new AegisError("config.bad_file", `${file}: ${isWhole ? "the default export: " : ""}${text}`);
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findUp(from: string, names: readonly string[]): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
    if (dirname(folder) === folder) return undefined;
  }
}
