// Runs of a coding agent, with or without findings, held against whether the tests passed in the end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { detect } from "../../src/trace/detectors/index.ts";
import { Pen } from "./pen.ts";
import { rate } from "./score-labelled.ts";
import { table } from "./table.ts";

interface Trajectory {
  readonly trajectory: readonly { readonly action: string; readonly observation: string; readonly response: string }[];
  readonly info: { readonly exit_status: string };
}

interface Label {
  readonly instance_id: string;
  readonly resolved: boolean;
}

export function codingTable(folder: string): string {
  const labels = JSON.parse(readFileSync(join(folder, "swe_agent", "labels.json"), "utf8")) as readonly Label[];
  const runs = labels.map(({ instance_id: id, resolved }) => {
    const read = JSON.parse(readFileSync(join(folder, "swe_agent", `${id}.traj.json`), "utf8")) as Trajectory;
    return { resolved, names: new Set(detect({ events: logOf(read) }).map(({ detector }) => detector)) };
  });
  const failed = runs.filter(({ resolved }) => !resolved).length;
  const names = [...new Set(runs.flatMap((run) => [...run.names]))].sort();
  const row = (what: string, isMeant: (run: (typeof runs)[number]) => boolean): string[] => {
    const found = runs.filter(isMeant);
    const hits = found.filter(({ resolved }) => !resolved).length;
    return [what, String(found.length), String(hits), rate(hits, found.length)];
  };
  return table(
    ["runs with", "runs", "not resolved", "share not resolved"],
    [
      ["(all runs)", String(runs.length), String(failed), rate(failed, runs.length)],
      ...names.map((name) => row(name, (run) => run.names.has(name))),
      row("no finding", (run) => run.names.size === 0),
    ],
  );
}

function logOf({ trajectory }: Trajectory) {
  const pen = new Pen().start();
  for (const { action, observation, response } of trajectory) {
    const [command = "", ...rest] = action.trim().split(/\s+/);
    const hasFailed =
      /(?:^|\n)(?:Traceback \(most recent call last\)|Your proposed edit has introduced new syntax error)/.test(
        observation,
      );
    pen.model({ content: response, finishReason: "tool_calls" });
    pen.call(command, { line: rest.join(" ") }, observation, hasFailed ? { error: observation } : {});
  }
  return pen.end().events;
}
