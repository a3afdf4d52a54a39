import { element, type PageElement } from "./dom.ts";

/** More is cut: a page that hangs helps nobody. */
const SHOWN_CHARACTERS_MAX = 20_000;

export function jsonText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

export function showJson(label: string, value: unknown): PageElement {
  const text = jsonText(value);
  const shown =
    text.length <= SHOWN_CHARACTERS_MAX
      ? text
      : `${text.slice(0, SHOWN_CHARACTERS_MAX)}\n… ${text.length - SHOWN_CHARACTERS_MAX} characters more`;
  return element("div", { class: "json" }, [
    element("div", { class: "label", text: label }),
    element("pre", { attributes: { tabindex: "0", "aria-label": label } }, [element("code", { text: shown })]),
  ]);
}
