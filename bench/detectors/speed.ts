import { detect } from "../../src/trace/detectors/index.ts";
import { Dice, Pen } from "./pen.ts";
import { ADMISSIONS, CLAIMS, FACTS, REQUESTS } from "./phrases.ts";

/** A log of a support agent: about 30 events where nothing is repeated. */
export function typicalLog(seed: number, turns = 4): Pen {
  const dice = new Dice(seed);
  const pen = new Pen().start([{ name: "cancel_order", risk: "irreversible", needsApproval: false }]);
  const rows = () =>
    Array.from({ length: 6 }, () => ({ sku: dice.text("ABCDEF0123456789", 8), price: dice.number(5, 90) }));
  for (let turn = 0; turn < turns; turn += 1) {
    pen.user(dice.pick(REQUESTS).replaceAll("{id}", `W${dice.number(1, 9_999)}`));
    pen.model({ asks: [{ tool: "search_products", arguments: { q: turn } }], finishReason: "tool_calls" });
    pen.call("search_products", { q: turn, page: dice.number(1, 9_999) }, { results: rows() });
    const hasFailed = dice.chance(0.2);
    if (turn % 2 === 1) pen.call("cancel_order", { turn }, "ok", hasFailed ? { error: "timeout" } : {});
    const content = hasFailed ? dice.pick(ADMISSIONS) : dice.pick([...CLAIMS, ...FACTS]);
    pen.answer(`${content} Is there anything else that I can do for you today?`);
  }
  return pen.end();
}

/** Of one log, in microseconds of this process's own time: what else the machine does is not counted. */
export function microsPerLog(logs: number, rounds: number): { readonly micros: number; readonly events: number } {
  const all = Array.from({ length: logs }, (_, seed) => typicalLog(seed).events);
  for (let round = 0; round < 5; round += 1) for (const events of all) detect({ events });
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) for (const events of all) detect({ events });
  const { user, system } = process.cpuUsage(before);
  return {
    micros: (user + system) / (logs * rounds),
    events: all.reduce((sum, events) => sum + events.length, 0) / logs,
  };
}

/** Seconds for one long log. */
export function secondsForLongLog(eventCount: number): number {
  const perTurn = (typicalLog(1, 100).events.length - typicalLog(1, 0).events.length) / 100;
  const { events } = typicalLog(1, Math.ceil(eventCount / perTurn));
  const before = process.cpuUsage();
  detect({ events });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
