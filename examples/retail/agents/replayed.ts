import { defineAgent } from "aegis";
import { serviceAgent } from "../../tau/service-agent.ts";

/** An AI SDK agent whose model says again what a recorded agent said; everything else of it is real. */
export default defineAgent({ name: "retail-replayed", version: "1", agent: serviceAgent });
