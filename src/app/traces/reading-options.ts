import { AegisError, explainIssues } from "../../kernel/index.ts";
import { mergePrices, type PriceTable } from "../../model/pricing/index.ts";
import { type AgentRules, agentRulesSchema } from "../../trace/detectors/index.ts";
import type { Config } from "../config.ts";

export interface ReadingOptions {
  readonly prices: PriceTable;
  readonly rulesOf: (agent: string) => AgentRules | undefined;
}

/**
 * What the project says of prices, and of what its agents may do.
 * @throws {AegisError} "config.bad_file" for rules that are none
 */
export function readingOptions({ prices, rules, file }: Pick<Config, "prices" | "rules" | "file">): ReadingOptions {
  const parsed = new Map(
    Object.entries(rules).map(([agent, given]) => [agent, parseRules(given, `rules.${agent}`, file)]),
  );
  return { prices: mergePrices(prices), rulesOf: (agent) => parsed.get(agent) };
}

function parseRules(given: unknown, where: string, file: string | undefined): AgentRules {
  const { data, error } = agentRulesSchema.safeParse(given);
  if (data) return data;
  const { text } = explainIssues({ schema: agentRulesSchema, value: given, issues: error.issues });
  throw new AegisError("config.bad_file", `${file ?? "aegis.config.ts"}: ${where}: ${text}`);
}
