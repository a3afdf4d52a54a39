export { fillFacts, templateNames } from "./fill-facts.ts";
export { MESSY_OPERATOR_NAMES, type MessyStyle, messyStyleSchema } from "./messy-style.ts";
export {
  parseSimulatedUser,
  type SimulatedUserInput,
  simulatedUserSchema,
  type SimulatedUserSpec,
  type UserScript,
} from "./simulated-user-schema.ts";
