export type { BleedReport, CaseBleed, PassRate, SharedTrial, Travelled, Traveller } from "./bleed-report.ts";
export { renderBleed } from "./render-bleed.ts";
export { summarizeBleed } from "./summarize-bleed.ts";
