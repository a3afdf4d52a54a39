/**
 * Who saw an event. `edge`: the network edge saw the bytes; `runtime`: our boundary saw the call inside the agent's
 * process; `agent`: the agent's own telemetry says so; `person`: an approval, feedback.
 */
export type Witness = "edge" | "runtime" | "agent" | "person";
