import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";
import { removalDiff, unifiedDiff } from "./unified-diff.ts";

/** What `git apply` makes of a file; undefined when it takes it away. */
function gitApplied({ path, before, patch }: { path: string; before: string; patch: string }): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "aegis-diff-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), before);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: patch });
  return existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined;
}

const replaced = (before: string, old: string, text: string): TextEdit => {
  const start = before.indexOf(old);
  return { start, end: start + old.length, text };
};

test("one word: three lines around it, as git writes it", () => {
  const before = "1\n2\n3\n4\nkind: capability\n6\n7\n8\n9\n";
  const edits = [replaced(before, "capability", "regression")];
  expect(unifiedDiff({ path: "evals/a.yaml", before, edits })).toBe(
    "--- a/evals/a.yaml\n+++ b/evals/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-kind: capability\n+kind: regression\n 6\n 7\n 8\n",
  );
});

test("two places far apart: the second hunk counts the lines the first one added", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
  const edits = [
    { start: 0, end: 0, text: "new\n" },
    { start: before.length - 2, end: before.length - 1, text: "J" },
  ];
  expect(unifiedDiff({ path: "f", before, edits })).toBe(
    "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n+new\n a\n b\n c\n@@ -7,4 +8,4 @@\n g\n h\n i\n-j\n+J\n",
  );
});

test("no change is no diff", () => {
  expect(unifiedDiff({ path: "a", before: "x\n", edits: [] })).toBe("");
  expect(unifiedDiff({ path: "a", before: "x\n", edits: [{ start: 0, end: 1, text: "x" }] })).toBe("");
});

test.each(["plain.yaml", "with space/ä b.yaml", 'quote"d.yaml', "back\\slash.yaml", "tab\there.yaml"])(
  "git takes the name %s",
  (path) => {
    const before = "id: a\nkind: capability\n";
    const edits = [replaced(before, "capability", "regression")];
    const patch = unifiedDiff({ path, before, edits });
    expect(gitApplied({ path, before, patch })).toBe("id: a\nkind: regression\n");
    expect(gitApplied({ path, before, patch: removalDiff({ path, before }) })).toBeUndefined();
  },
);

test.each([
  { name: "a line at the end of a file that ends none", before: "id: a", edits: [{ start: 5, end: 5, text: "\nb" }] },
  { name: "a line behind the last", before: "id: a\n", edits: [{ start: 6, end: 6, text: "b\n" }] },
  { name: "a line before the first", before: "id: a\n", edits: [{ start: 0, end: 0, text: "# c\n" }] },
  { name: "Windows line ends", before: "a\r\nb\r\n", edits: [{ start: 3, end: 4, text: "c" }] },
  {
    name: "two edits on one line",
    before: "abcdef\n",
    edits: [
      { start: 1, end: 2, text: "X" },
      { start: 4, end: 4, text: "Y" },
    ],
  },
  { name: "a line taken away", before: "a\nb\nc\n", edits: [{ start: 2, end: 4, text: "" }] },
  { name: "everything taken away", before: "a\nb", edits: [{ start: 0, end: 3, text: "" }] },
])("$name: git makes of it what the edits say", ({ before, edits }) => {
  const patch = unifiedDiff({ path: "f", before, edits });
  expect(gitApplied({ path: "f", before, patch }) ?? "").toBe(applyEdits(before, edits));
});

test("drawn edits of drawn files", () => {
  const random = seededRandom(11);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let round = 0; round < 60; round += 1) {
    const lines = Array.from({ length: 1 + below(40) }, () => "xyz".slice(below(3)).repeat(below(3)));
    const before = lines.join("\n") + (below(2) === 0 ? "\n" : "");
    const edits: TextEdit[] = [];
    for (let at = 0; at < before.length && edits.length < 5; at += 1 + below(40)) {
      const end = Math.min(before.length, at + below(4));
      edits.push({ start: at, end, text: ["", "new", "new\n", "\n", "one\ntwo\n"][below(5)]! });
      at = end;
    }
    const after = applyEdits(before, edits);
    const patch = unifiedDiff({ path: "f", before, edits });
    if (after === before || after === "" || before === "") continue;
    expect(gitApplied({ path: "f", before, patch }), JSON.stringify({ before, edits })).toBe(after);
  }
});
