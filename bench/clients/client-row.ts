import type { CutKind } from "./cut-plan.ts";
import type { ToldFaults } from "./compare-told.ts";

/** What one kind of client went through, and what it has to complain about. */
export interface ClientRow extends ToldFaults {
  readonly client: string;
  readonly runs: number;
  /** Connections that were broken under it, and behind which it came again. */
  readonly cuts: number;
  readonly cutsOnExample: number;
  /** Of the cuts, those before the run had ended. */
  readonly cutsWhileWorking: number;
  readonly cutKinds: Readonly<Partial<Record<CutKind, number>>>;
  /** Runs under which the server was killed. */
  readonly killedRuns: number;
  readonly reconnects: number;
  readonly events: number;
  /** All that is not as it must be, with what it takes to look into it. */
  readonly complaints: readonly string[];
}

export function emptyRow(client: string): ClientRow {
  const counts = { runs: 0, cuts: 0, cutsOnExample: 0, cutsWhileWorking: 0, killedRuns: 0, reconnects: 0, events: 0 };
  return { client, ...counts, cutKinds: {}, lost: 0, duplicated: 0, outOfOrder: 0, different: 0, complaints: [] };
}

export function addRows(left: ClientRow, right: ClientRow): ClientRow {
  const cutKinds: Partial<Record<CutKind, number>> = { ...left.cutKinds };
  for (const [kind, count] of Object.entries(right.cutKinds) as [CutKind, number][]) {
    cutKinds[kind] = (cutKinds[kind] ?? 0) + count;
  }
  return {
    client: left.client,
    runs: left.runs + right.runs,
    cuts: left.cuts + right.cuts,
    cutsOnExample: left.cutsOnExample + right.cutsOnExample,
    cutsWhileWorking: left.cutsWhileWorking + right.cutsWhileWorking,
    cutKinds,
    killedRuns: left.killedRuns + right.killedRuns,
    reconnects: left.reconnects + right.reconnects,
    events: left.events + right.events,
    lost: left.lost + right.lost,
    duplicated: left.duplicated + right.duplicated,
    outOfOrder: left.outOfOrder + right.outOfOrder,
    different: left.different + right.different,
    complaints: [...left.complaints, ...right.complaints],
  };
}

export function renderRows(rows: readonly ClientRow[]): string {
  const header = [
    "client",
    "runs",
    "cuts",
    "on the example",
    "while it worked",
    "runs killed",
    "reconnects",
    "events",
    "lost",
    "duplicated",
    "out of order",
    "different",
  ];
  const lines = rows.map((row) => [
    row.client,
    row.runs,
    row.cuts,
    row.cutsOnExample,
    row.cutsWhileWorking,
    row.killedRuns,
    row.reconnects,
    row.events,
    row.lost,
    row.duplicated,
    row.outOfOrder,
    row.different,
  ]);
  const table = [header, ...lines.map((line) => line.map(String))];
  const widths = header.map((_, column) => Math.max(...table.map((line) => (line[column] ?? "").length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
