export { type OpenWorld, openWorld } from "./open-world.ts";
export type { StatePair, TrialWorld, WorldFactory, WorldRequest } from "./world.ts";
