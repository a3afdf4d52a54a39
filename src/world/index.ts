export { needsEdge } from "./edge/trial-edge.ts";
export type { FixtureDatabase, OpenFixtureDatabase } from "./fixture-database.ts";
export { type OpenWorld, openWorld, type WorldEnd, type WorldParts } from "./open-world.ts";
export { readFixtureFolder } from "./read-fixture-folder.ts";
export { atBoundary, atEdge, type FaultSources, faultsOf } from "./trial-faults.ts";
export type { StatePair, TrialWorld, WorldFactory, WorldRequest } from "./world.ts";
