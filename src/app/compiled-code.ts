import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { SandboxMount, SandboxProvider } from "../sandbox/index.ts";
import { nodeCommand } from "./trial-command.ts";

const EXTENSION = new URL(import.meta.url).pathname.endsWith(".ts") ? "ts" : "js";
const CHILD = fileURLToPath(new URL(`./compile-child.${EXTENSION}`, import.meta.url));

export interface CompiledCodeRequest {
  readonly provider: SandboxProvider;
  /** What a trial's program may read: the cache is made from nothing else. */
  readonly mounts: readonly SandboxMount[];
  /** The file that the trial's program imports. */
  readonly file: string;
  /** Where caches are kept. */
  readonly folder: string;
  /** Variables that a trial's program has. */
  readonly env: Readonly<Record<string, string>>;
  /** Breaks it off. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

/** An emulated machine compiles for half a minute. */
const TIMEOUT_MS = 180_000;
const CACHE = "compiled";
const SOURCES = "sources.json";
const FILES_MAX = 20_000;

/**
 * A folder with what Node compiled of all that a trial's program loads, for its `NODE_COMPILE_CACHE`: an emulated machine
 * starts such a program ten times as fast. It is made once for the same files, in a sandbox that ran no trial, and trials
 * only read it: what one of them does to its copy no other ever sees. Undefined where it cannot be made.
 */
export async function compiledCode(request: CompiledCodeRequest): Promise<string | undefined> {
  const { provider, file, folder } = request;
  const name = createHash("sha256").update(`${provider.level} ${file}`).digest("hex").slice(0, 16);
  const place = join(folder, name);
  if (isFresh(place)) return join(place, CACHE);
  const made = await make(request);
  return made && keep(made, place) && isFresh(place) ? join(place, CACHE) : undefined;
}

/** False where it cannot be kept, the disk being full: it only would have been faster. */
function keep({ files, sources }: Made, place: string): boolean {
  let beside: string | undefined;
  try {
    mkdirSync(dirname(place), { recursive: true });
    beside = mkdtempSync(`${place}.making-`);
    // Trials have less rights than whoever starts them.
    chmodSync(beside, 0o755);
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(beside, path)), { recursive: true });
      writeFileSync(join(beside, path), bytes);
    }
    writeFileSync(join(beside, SOURCES), JSON.stringify(sources));
    rmSync(place, { recursive: true, force: true });
    renameSync(beside, place);
    return true;
  } catch {
    if (beside !== undefined) rmSync(beside, { recursive: true, force: true });
    // Somebody else may have made it meanwhile.
    return existsSync(place);
  }
}

const sourcesSchema = z.strictObject({ node: z.string(), stamps: z.record(z.string(), z.string()) });

interface Made {
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly sources: z.infer<typeof sourcesSchema>;
}

/** Every file it was made from is still what it was. */
function isFresh(place: string): boolean {
  const sources = readSources(join(place, SOURCES));
  if (sources?.node !== nodeStamp()) return false;
  return Object.entries(sources.stamps).every(([path, stamp]) => stampOf(path) === stamp);
}

/** Undefined where there is none that can be read: half of it may be there after a power cut. */
function readSources(file: string): z.infer<typeof sourcesSchema> | undefined {
  try {
    return sourcesSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function nodeStamp(): string {
  return `${process.version} ${stampOf(process.execPath) ?? ""}`;
}

function stampOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? `${found.size} ${found.mtimeMs}` : undefined;
}

async function make(request: CompiledCodeRequest): Promise<Made | undefined> {
  const { provider, mounts, file, env, signal, onProgress } = request;
  onProgress?.(`Compiling ${file} for level ${provider.level}: once, until one of the files it loads changes.`);
  const stamps: Record<string, string> = {};
  const onControlLine = (line: string) => {
    const path = loadedIn(line);
    const stamp = path !== undefined && isMounted(path, mounts) ? stampOf(path) : undefined;
    if (path !== undefined && stamp !== undefined && Object.keys(stamps).length < FILES_MAX) stamps[path] = stamp;
  };
  await using sandbox = await provider.open({ label: "compiling", mounts });
  const { reason, exitCode } = await sandbox.run({
    command: nodeCommand(sandbox.facts, [CHILD, file]),
    env: { ...env, NODE_COMPILE_CACHE: join(sandbox.workspace, CACHE) },
    stdin: "",
    timeoutMs: TIMEOUT_MS,
    outputBytesMax: 10_000,
    onControlLine,
    ...(signal && { signal }),
  });
  if (reason !== "exited" || exitCode !== 0) return undefined;
  const left = await sandbox.collect();
  // As Node names them; whatever else an agent's file wrote while it was loaded stays behind.
  const files = left.flatMap((entry) =>
    entry.kind === "file" && /^compiled\/v[\w.-]+\/[0-9a-f]{1,8}$/.test(entry.path) ? [entry] : [],
  );
  return files.length === 0 ? undefined : { files, sources: { node: nodeStamp(), stamps } };
}

function loadedIn(line: string): string | undefined {
  try {
    const { data } = z.object({ loaded: z.string().max(4_096) }).safeParse(JSON.parse(line));
    return data?.loaded;
  } catch {
    return undefined;
  }
}

/** What the sandbox says is taken only for files it could read. */
function isMounted(path: string, mounts: readonly SandboxMount[]): boolean {
  return mounts.some((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
}
