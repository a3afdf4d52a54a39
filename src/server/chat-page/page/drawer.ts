import { browser, byId } from "./dom.ts";

/** On a narrow screen the conversations lie behind a button. */
export function drawer() {
  const side = byId("side");
  const toggle = byId("menu");
  const shade = byId("shade");
  let isOpen = false;
  const set = (value: boolean) => {
    isOpen = value;
    side.classList.toggle("open", isOpen);
    shade.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  };
  toggle.addEventListener("click", () => {
    set(!isOpen);
    if (isOpen) byId("new").focus();
  });
  shade.addEventListener("click", () => set(false));
  browser.document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !isOpen) return;
    set(false);
    toggle.focus();
  });
  return { close: () => set(false) };
}
