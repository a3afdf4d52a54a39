import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { askLine } from "../ask-line.ts";
import { defineCommand } from "../command.ts";
import { type OwnDependency, ownDependency } from "../templates/own-package.ts";
import { installLines, projectFiles, quoteWord } from "../templates/project-files.ts";
import { type FileToWrite, writeFiles } from "../write-files.ts";

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

export const init = defineCommand({
  name: "init",
  summary: "Make a project: config, an agent, three cases, a CI workflow.",
  about: "All files are written, or none. A file that is there already is never replaced unless --force is given.",
  arguments: [{ name: "folder", summary: "where to; the current folder unless told", isOptional: true }],
  flags: z.strictObject({
    force: z.boolean().default(false).describe("replace files that are already there"),
    json: z.boolean().default(false).describe("print JSON instead of text"),
  }),
  examples: [
    { line: "aegis init", does: "make the project in this folder" },
    { line: "aegis init shop-agent", does: "make it in a new folder" },
  ],
  async run({ flags, args: [given], app, terminal, signal }) {
    const asks = given === undefined && terminal.isInteractive && !flags.json;
    const answer = asks ? await askLine("Folder (Enter for this one): ", signal) : (given ?? "");
    if (answer === undefined || signal.aborted) {
      terminal.err("\nNothing was written.\n");
      return INTERRUPTED;
    }
    const folder = resolve(app.cwd, answer || ".");
    const aegis = ownDependency(realFolder(folder));
    const { files, needsInstallLines } = planProject({ folder, aegis, force: flags.force });
    writeFiles(folder, files);
    const steps = nextSteps({ folder: relative(app.cwd, folder), needsInstallLines, aegis });
    const written = files.map(({ path }) => path);
    terminal.out(
      flags.json
        ? jsonLine({ folder, files: written, next: steps, aegis: { spec: aegis.spec, why: aegis.why } })
        : renderResult({ folder, written, steps, aegis }),
    );
    return 0;
  },
});

/** Where npm will see the folder: behind links, also while it is not there yet. */
function realFolder(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? realpathSync(folder) : join(realFolder(above), basename(folder));
}

interface Planned {
  readonly files: FileToWrite[];
  readonly needsInstallLines: boolean;
}

function planProject({ folder, aegis, force }: { folder: string; aegis: OwnDependency; force: boolean }): Planned {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new AegisError("cli.exists", `${folder} is a file, not a folder`, { details: { files: folder } });
  }
  const packageType = readPackageType(folder);
  const hasPackageFile = packageType !== undefined;
  const extension = packageType === "commonjs" ? "mts" : "ts";
  const files = projectFiles({ name: basename(folder), hasPackageFile, extension, aegis });
  const ignore = ignoreFile(folder);
  return {
    files: [
      ...files.map((file) => ({ ...file, mayReplace: force })),
      ...(ignore === undefined ? [] : [{ path: ".gitignore", content: ignore, mayReplace: true }]),
    ],
    needsInstallLines: hasPackageFile,
  };
}

/** The package's "type"; "" where it names none, undefined where there is no package.json. */
function readPackageType(folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { type?: string } | null)?.type ?? "";
  } catch (cause) {
    throw new AegisError("io.failed", `${file} is no JSON: ${(cause as Error).message}`, {
      cause,
      details: { path: file },
    });
  }
}

/** What .gitignore will hold; undefined where it needs no change. Installed packages are added to a new one only. */
function ignoreFile(folder: string): string | undefined {
  const file = join(folder, ".gitignore");
  if (!existsSync(file)) return ".aegis/\nnode_modules/\n";
  const text = readFileSync(file, "utf8");
  if (/^\/?\.aegis\/?\s*$/m.test(text)) return undefined;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}.aegis/\n`;
}

function nextSteps(made: { folder: string; needsInstallLines: boolean; aegis: OwnDependency }): string[] {
  return [
    ...(made.folder === "" ? [] : [`cd ${quoteWord(made.folder)}`]),
    ...(made.needsInstallLines ? installLines(made.aegis) : ["npm install"]),
    "npx aegis eval run --suite first",
    "npx aegis serve",
  ];
}

function renderResult(made: {
  readonly folder: string;
  readonly written: readonly string[];
  readonly steps: readonly string[];
  readonly aegis: OwnDependency;
}): string {
  const lines = [
    `Made a project in ${made.folder}:`,
    ...made.written.map((path) => `  ${path}`),
    "",
    `It asks for aegis as "${made.aegis.spec}": ${made.aegis.why}.`,
    "",
    "Next:",
    ...made.steps.map((step) => `  ${step}`),
    "",
    "The agent's model is scripted, so that this runs offline; its file says how to put a real one in.",
    'Under serve, ask on the chat page: "Where is my order W1001?" What works on this machine: npx aegis doctor',
  ];
  return `${lines.map((line) => escapeTerminal(line)).join("\n")}\n`;
}
