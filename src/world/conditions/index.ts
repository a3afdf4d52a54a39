export { applyCondition, conditionNamed, CONDITIONS } from "./catalogue.ts";
export type { Condition, StrengthParameter } from "./condition.ts";
export { estimateTokens } from "./estimate-tokens.ts";
export { type Exchange, readExchangeFile, readExchanges } from "./read-exchanges.ts";
