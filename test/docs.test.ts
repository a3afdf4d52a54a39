import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, runCli, testProject } from "./cli-kit.ts";

/** Blocks of a page that say on their first line which file they are. */
function filesOn(page: string): Record<string, string> {
  const text = readFileSync(join(ROOT, "docs", page), "utf8");
  const blocks = text.matchAll(/^```\w+\n(?:\/\/|#|<!--) ([\w./-]+\.\w+)(?: -->)?\n(.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, path = "", content = ""]) => [path, content]));
}

/** A project of a page's files; installed packages are this repository's. */
function projectOf(page: string): string {
  const folder = testProject(filesOn(page));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

test.each([
  { page: "reference/agents.md", suite: "agents" },
  { page: "reference/agents.md", suite: "greeter" },
  { page: "reference/worlds.md", suite: "refunds" },
  { page: "reference/checks.md", suite: "custom" },
  { page: "concepts/judges.md", suite: "tone" },
])("the suite $suite of $page passes as it is printed", async ({ page, suite }) => {
  const { stdout, stderr, exitCode } = await runCli(projectOf(page), ["eval", "run", "--suite", suite]);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr, stdout }).toMatchObject({
    exitCode: 0,
    stderr: "",
    stdout: expect.stringContaining("1 of 1 case passed"),
  });
});

const pages = ["README.md", ...["concepts", "decisions", "reference"].flatMap(pagesIn)];

test.each(pages)("every link of %s leads somewhere", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8").replaceAll(/^```.*?^```$/gms, "");
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  for (const [link, path = "", heading] of links) {
    const target = path === "" ? join(ROOT, page) : join(ROOT, dirname(page), path);
    expect({ link, isThere: existsSync(target) }).toEqual({ link, isThere: true });
    if (heading !== undefined) expect(headingsOf(target), link).toContain(heading);
  }
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, "docs", folder)).map((name) => `docs/${folder}/${name}`);
}

/** As GitHub names them. */
function headingsOf(file: string): string[] {
  const lines = readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...lines].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("the labels of concepts/judges.md are read, and too few", async () => {
  const words = ["judge", "calibrate", "--rubric", "evals/tone/rubrics/polite.md", "--labels", "labels.jsonl"];
  const { exitCode, stdout } = await runCli(projectOf("concepts/judges.md"), words);
  expect(stdout).toContain("2 labelled items were judged, 30 are needed");
  expect(exitCode).toBe(1);
});

test("the script of reference/scripts.md is served", async () => {
  const text = readFileSync(join(ROOT, "docs/reference/scripts.md"), "utf8");
  const [, script = ""] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
  const { readScript } = await import("../src/model/script-file/index.ts");
  expect(readScript(script, "scripts.md").rules).toHaveLength(2);
});
