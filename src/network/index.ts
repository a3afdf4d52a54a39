export type { ConnectionDisturbance, Disturb, Disturbance, DisturbConnection } from "./disturbance.ts";
export type { AfterUpstream, BeforeUpstream } from "./disturbance.ts";
export type { AnswerSource, Edge, EdgeOptions } from "./edge.ts";
export type { EgressPolicy, EgressRule } from "./egress-policy.ts";
export type { BodyChunk, EdgeAnswer, EdgeMode, Exchange, Headers, SeenRequest } from "./exchange.ts";
export { openEdge } from "./open-edge.ts";
