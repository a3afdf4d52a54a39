import { AegisError, invariant, suggestName } from "../../kernel/index.ts";
import { BODY_FAULTS } from "./body-faults.ts";
import { CONNECTION_FAULTS } from "./connection-faults.ts";
import type { FaultKind } from "./fault-kind.ts";
import { MCP_FAULTS } from "./mcp-faults.ts";
import { MODEL_FAULTS } from "./model-faults.ts";
import { SEMANTIC_FAULTS } from "./semantic-faults.ts";
import { STATUS_FAULTS } from "./status-faults.ts";
import { STREAM_FAULTS } from "./stream-faults.ts";
import { TIME_FAULTS } from "./time-faults.ts";

/** Every fault there is. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...CONNECTION_FAULTS,
  ...TIME_FAULTS,
  ...STATUS_FAULTS,
  ...BODY_FAULTS,
  ...SEMANTIC_FAULTS,
  ...STREAM_FAULTS,
  ...MODEL_FAULTS,
  ...MCP_FAULTS,
];

const BY_NAME: ReadonlyMap<string, FaultKind> = new Map(FAULT_KINDS.map((kind) => [kind.name, kind]));
invariant(BY_NAME.size === FAULT_KINDS.length, "every fault has a name of its own");

/** @throws {AegisError} "fault.unknown", naming the nearest one */
export function faultKind(name: string): FaultKind {
  const kind = BY_NAME.get(name);
  if (kind) return kind;
  const hint = suggestName(name, [...BY_NAME.keys()]);
  throw new AegisError("fault.unknown", `There is no fault "${name}"${hint}`, { details: { name } });
}
