import { AegisError } from "../../kernel/index.ts";
import { parseTraceFilter, type TraceFilter } from "./trace-filter.ts";

/** Where production is to be found. */
export type ProductionQuery =
  | { readonly kind: "run"; readonly name: string }
  | { readonly kind: "live" }
  | { readonly kind: "traces"; readonly filter: TraceFilter };

/**
 * `run:NAME` for an eval run or an import, `live` for ended runs of this project's agents, else a query of traces.
 * @throws {AegisError} "ready.bad_query"
 */
export function parseProductionQuery(text: string, options: { readonly nowMs: number }): ProductionQuery {
  const wanted = text.trim();
  if (wanted === "") throw new AegisError("ready.bad_query", "the query of production is empty");
  if (wanted === "live") return { kind: "live" };
  if (!wanted.startsWith("run:")) return { kind: "traces", filter: parseTraceFilter(wanted, options) };
  const name = wanted.slice("run:".length).trim();
  if (name !== "") return { kind: "run", name };
  throw new AegisError("ready.bad_query", "run: names no run", { fix: "Give run:NAME; aegis eval list shows names." });
}
