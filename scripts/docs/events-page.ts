import { readFileSync } from "node:fs";
import { code, page } from "./markdown.ts";

/** The types are the contract, so the page shows them themselves. */
export function eventsPage(): string {
  const source = readFileSync(new URL("../../src/domain/run-event.ts", import.meta.url), "utf8");
  const types = source.replaceAll(/^import .*\n/gm, "").trim();
  return page([
    "# Events of a run's log",
    "A run is an append-only, gap-free log of events. Everything an agent does to the outside is an effect: a `called` event, and a `returned` event of the same number `effect`. `witness` says who saw it: `edge`, `runtime`, `agent` or `person`.",
    code(types, "ts"),
  ]);
}
