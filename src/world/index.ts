export type { FixtureDatabase, OpenFixtureDatabase } from "./fixture-database.ts";
export { type OpenWorld, openWorld, type WorldEnd, type WorldParts } from "./open-world.ts";
export { readFixtureFolder } from "./read-fixture-folder.ts";
export { atBoundary, atEdge, type FaultSources, faultsOf } from "./trial-faults.ts";
export type { StatePair, TrialWorld, WorldFactory, WorldRequest } from "./world.ts";
export {
  applyCondition,
  type Condition,
  conditionNamed,
  CONDITIONS,
  estimateTokens,
  type Exchange,
  readExchangeFile,
  readExchanges,
  type StrengthParameter,
} from "./conditions/index.ts";
export {
  makeMessy,
  MESSY_OPERATORS,
  type MessyOperator,
  type MessyStyle,
  messyStyleSchema,
  openSimulatedUser,
  parseSimulatedUser,
  type SimulatedUser,
  type SimulatedUserInput,
  type SimulatedUserOptions,
  simulatedUserSchema,
  type SimulatedUserSpec,
  type UserEnd,
  type UserTurn,
} from "./users/index.ts";
