import { browser, byId } from "./dom.ts";

const KEPT_AS = "aegis-token";

/** Asks for an API key when the server does; it is kept until the tab is closed. */
export function tokenGate(onToken: () => void) {
  const gate = byId("gate");
  const input = byId("token");
  const forget = byId("forget");
  const read = () => browser.sessionStorage.getItem(KEPT_AS) ?? "";
  const render = () => (forget.hidden = read() === "");

  byId("gate-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = input.value.trim();
    // What no header can carry is no key, and would fail in a way that says nothing.
    const isKey = /^[\x21-\x7e]+$/.test(key);
    byId("gate-problem").hidden = isKey;
    if (!isKey) return;
    browser.sessionStorage.setItem(KEPT_AS, key);
    input.value = "";
    gate.close();
    render();
    onToken();
  });
  forget.addEventListener("click", () => {
    browser.sessionStorage.removeItem(KEPT_AS);
    render();
    onToken();
  });
  render();
  return {
    read,
    ask: () => {
      byId("gate-problem").hidden = read() === "";
      if (!gate.open) gate.showModal();
      input.focus();
    },
  };
}
