export { type BleedRequest, runBleed } from "./run-bleed.ts";
