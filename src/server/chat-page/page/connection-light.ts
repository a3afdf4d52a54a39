import type { ConnectionState } from "../../../client/index.ts";
import { browser, byId } from "./dom.ts";

/** Says in the header how the stream is: connected, reconnecting in n s, offline; nothing when none is needed. */
export function connectionLight() {
  const light = byId("connection");
  const text = byId("connection-text");
  let current: ConnectionState | undefined;
  let untilMs = 0;

  const render = () => {
    const [look, words] = describe();
    light.className = `connection ${look}`;
    if (text.textContent !== words) text.textContent = words;
  };
  const describe = (): readonly [string, string] => {
    if (!browser.navigator.onLine) return ["offline", "Offline"];
    if (current === undefined) return ["idle", "Ready"];
    if (current.state === "open") return ["open", "Connected"];
    if (current.state === "connecting") return ["waiting", "Connecting …"];
    const seconds = Math.max(1, Math.ceil((untilMs - performance.now()) / 1_000));
    return ["waiting", `Reconnecting in ${seconds} s`];
  };
  setInterval(render, 250);
  for (const change of ["online", "offline"]) browser.addEventListener(change, render);
  render();
  return (connection: ConnectionState | undefined) => {
    current = connection;
    if (connection?.state === "waiting") untilMs = performance.now() + connection.forMs;
    render();
  };
}
