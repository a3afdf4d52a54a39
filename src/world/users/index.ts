export { MESSY_OPERATORS, makeMessy } from "./make-messy.ts";
export type { MessyOperator } from "./messy-operator.ts";
export { openSimulatedUser, type SimulatedUser, type SimulatedUserOptions, type UserTurn } from "./simulated-user.ts";
export type { UserEnd } from "./user-voice.ts";
