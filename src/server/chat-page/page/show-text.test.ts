import fc from "fast-check";
import { expect, test } from "vitest";
import { textBlocks } from "./show-text.ts";

test.each([
  { why: "plain lines", text: "a\n\nb", blocks: [{ isCode: false, text: "a\n\nb" }] },
  { why: "nothing", text: "", blocks: [] },
  {
    why: "a fence between paragraphs",
    text: "Look:\n\n```ts\nconst a = 1;\n\n```\n\nDone.",
    blocks: [
      { isCode: false, text: "Look:" },
      { isCode: true, text: "const a = 1;\n", language: "ts" },
      { isCode: false, text: "Done." },
    ],
  },
  { why: "a fence that is still open", text: "```\na", blocks: [{ isCode: true, text: "a", language: "" }] },
  {
    why: "a fence within a longer one",
    text: "````\n```\n````",
    blocks: [{ isCode: true, text: "```", language: "" }],
  },
  { why: "tildes", text: "~~~\na\n~~~", blocks: [{ isCode: true, text: "a", language: "" }] },
  { why: "a fence inside a line", text: "use ```x``` here", blocks: [{ isCode: false, text: "use ```x``` here" }] },
  {
    why: "CRLF",
    text: "a\r\n```\r\nb\r\n```",
    blocks: [
      { isCode: false, text: "a" },
      { isCode: true, text: "b", language: "" },
    ],
  },
])("finds $why", ({ text, blocks }) => {
  expect(textBlocks(text)).toEqual(blocks);
});

test("no line but fences and empty ones gets lost", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 8 }).map((each) => each.replaceAll(/[\r\n]/g, "")),
    fc.constantFrom("```", "~~~", "````ts", ""),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const kept = (text: string) =>
        text.split("\n").filter((each) => each.trim() !== "" && !/^\s*(`{3}|~{3})/.test(each));
      const shown = textBlocks(lines.join("\n"))
        .map(({ text }) => text)
        .join("\n");
      expect(kept(shown)).toEqual(kept(lines.join("\n")));
    }),
  );
});
