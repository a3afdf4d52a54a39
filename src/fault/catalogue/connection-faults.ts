import { ANYWHERE, EITHER_SIDE, faultKinds, share, wait } from "./fault-kind.ts";

export const CONNECTION_FAULTS = faultKinds("connection", [
  { name: "dns-failure", fits: ANYWHERE, meaning: "The name of the other side cannot be resolved." },
  { name: "connection-refused", fits: ANYWHERE, meaning: "The other side refuses the connection." },
  { name: "black-hole", fits: ANYWHERE, meaning: "Nothing that is sent arrives, and nothing comes back." },
  { name: "tls-invalid", fits: ANYWHERE, meaning: "The other side shows a certificate for another name." },
  { name: "tls-expired", fits: ANYWHERE, meaning: "The other side shows a certificate that has expired." },
  {
    name: "reset-before-headers",
    fits: ANYWHERE,
    sides: EITHER_SIDE,
    meaning: "The connection is reset before an answer begins.",
  },
  {
    name: "reset-mid-body",
    fits: ANYWHERE,
    sides: ["after"],
    short: "share",
    parameters: { share: share(0.5, "of the body that still comes") },
    meaning: "The connection is reset when {share} of the answer has come.",
  },
  {
    name: "slow-close",
    fits: ANYWHERE,
    sides: ["after"],
    short: "delayMs",
    parameters: { delayMs: wait(5_000, "between the last byte and the end") },
    meaning: "The answer comes whole, but the connection ends only {delayMs} later.",
  },
  {
    name: "keep-alive-dropped",
    fits: ANYWHERE,
    meaning: "The connection that was kept open is closed just as the request is sent.",
  },
]);

/** These happen before a method or a path is known. */
export const CONNECT_FAULT_NAMES: readonly string[] = [
  "dns-failure",
  "connection-refused",
  "black-hole",
  "tls-invalid",
  "tls-expired",
];
