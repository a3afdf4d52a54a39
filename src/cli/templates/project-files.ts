import { AGENT } from "./agent.ts";
import { type OwnDependency, ownPackage } from "./own-package.ts";
import { CASES, SUITE } from "./suite.ts";
import { workflow } from "./workflow.ts";

export interface ProjectFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

export interface Project {
  readonly name: string;
  readonly hasPackageFile: boolean;
  /** Where the package says "commonjs", modules need an extension that says otherwise. */
  readonly extension: "ts" | "mts";
  readonly aegis: OwnDependency;
}

const CONFIG = `import { defineConfig } from "aegis";

// Everything has a default; docs/reference/config.md of Aegis lists the keys.
export default defineConfig({
  // judge: { model: openai("gpt-5-mini") },    the model that judges ask
});
`;

/** The files of a new project, but for .gitignore, which is added to. */
export function projectFiles({ name, hasPackageFile, extension, aegis }: Project): ProjectFile[] {
  return [
    { path: `aegis.config.${extension}`, content: CONFIG },
    { path: `agents/support.${extension}`, content: AGENT },
    { path: `evals/first/suite.${extension}`, content: SUITE },
    ...Object.entries(CASES).map(([file, content]) => ({ path: `evals/first/cases/${file}`, content })),
    { path: ".github/workflows/aegis.yml", content: workflow(aegis) },
    ...(hasPackageFile ? [] : [{ path: "package.json", content: packageFile(name, aegis) }]),
  ];
}

/** The npm lines that bring what the files import, for a project that has a package.json of its own. */
export function installLines({ installArgument }: OwnDependency): string[] {
  return ["npm install ai zod", `npm install --save-dev ${quoteWord(installArgument)} node@26`];
}

/** For a shell. */
export function quoteWord(word: string): string {
  return /^[\w./@^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function packageFile(name: string, aegis: OwnDependency): string {
  const { dependencies, devDependencies } = ownPackage();
  const content = {
    name:
      name
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/g, "-")
        .replace(/^[._-]+/, "") || "agents",
    private: true,
    type: "module",
    scripts: { eval: "aegis eval run --suite first" },
    dependencies: { ai: dependencies["ai"], zod: dependencies["zod"] },
    devDependencies: { aegis: aegis.spec, node: devDependencies["node"] },
    // Newer versions of npm run no install script unasked, and the package `node` fetches its program in one.
    allowScripts: { node: true },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
