import { element, type PageElement } from "./dom.ts";

/** Text with code between fences and backticks set as code; everything else as it was written, line for line. */
export function showText(place: PageElement, text: string): void {
  place.replaceChildren(...textBlocks(text).map((block) => (block.isCode ? codeBlock(block) : paragraph(block.text))));
}

export interface TextBlock {
  readonly isCode: boolean;
  readonly text: string;
  readonly language?: string;
}

/** A fence that is not closed yet runs to the end: the answer is still being written. */
export function textBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let lines: string[] = [];
  let fence: { readonly mark: string; readonly language: string } | undefined;
  const close = () => {
    const content = fence === undefined ? lines.join("\n").replaceAll(/^\n+|\n+$/g, "") : lines.join("\n");
    if (fence !== undefined) blocks.push({ isCode: true, text: content, language: fence.language });
    else if (content.trim() !== "") blocks.push({ isCode: false, text: content });
    lines = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const [, mark, language = ""] = /^\s{0,3}(`{3,}|~{3,})\s*([^`]*)$/.exec(line) ?? [];
    const isEnd = fence !== undefined && mark !== undefined && mark.startsWith(fence.mark) && language === "";
    const isStart = fence === undefined && mark !== undefined;
    if (isStart || isEnd) close();
    if (isStart) fence = { mark, language: language.trim() };
    else if (isEnd) fence = undefined;
    else lines.push(line);
  }
  if (fence !== undefined || lines.length > 0) close();
  return blocks;
}

function paragraph(text: string): PageElement {
  const made = element("p");
  // Odd pieces stand between backticks.
  const pieces = text.split(/`([^`\n]+)`/);
  made.append(...pieces.map((piece, index) => (index % 2 === 1 ? element("code", { text: piece }) : piece)));
  return made;
}

function codeBlock({ text, language = "" }: TextBlock): PageElement {
  const label = language === "" ? "Code" : language;
  return element("pre", { attributes: { tabindex: "0", "aria-label": label } }, [element("code", { text })]);
}
