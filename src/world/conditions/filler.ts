import type { Random } from "../../kernel/index.ts";
import { pick } from "../users/draw.ts";
import { estimateTokens } from "./estimate-tokens.ts";

const PLACES = ["worker", "gateway", "scheduler", "mailer", "cache", "indexer", "billing-sync", "exporter"] as const;
const EVENTS = [
  "connection kept alive",
  "queue drained",
  "heartbeat received",
  "retry not needed",
  "configuration unchanged",
  "checkpoint written",
  "nothing to do",
  "lease renewed",
] as const;

/** Lines of a service's log that say nothing: at least so many tokens, by `estimateTokens`. */
export function fillerLines(tokens: number, random: Random): string {
  const lines: string[] = [];
  for (let count = 0; count < tokens;) {
    const line = `INFO ${pick(PLACES, random)} ${pick(EVENTS, random)} after ${Math.floor(random() * 900)} ms`;
    lines.push(line);
    count += estimateTokens(line) + 1;
  }
  return lines.join("\n");
}
