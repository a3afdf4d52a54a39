// What a call costs, without the rest of the room: every trial's process loads it.
export { costOf } from "../cost-of.ts";
export { mergePrices, type PriceTable } from "../prices.ts";
