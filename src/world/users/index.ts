export { MESSY_OPERATORS, makeMessy, type MessyStyle, messyStyleSchema } from "./make-messy.ts";
export type { MessyOperator } from "./messy-operator.ts";
export { openSimulatedUser, type SimulatedUser, type SimulatedUserOptions, type UserTurn } from "./simulated-user.ts";
export {
  parseSimulatedUser,
  type SimulatedUserInput,
  simulatedUserSchema,
  type SimulatedUserSpec,
} from "./simulated-user-schema.ts";
export type { UserEnd } from "./user-voice.ts";
