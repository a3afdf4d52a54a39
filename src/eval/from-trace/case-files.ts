import { changesThings } from "../../check/index.ts";
import type { CheckSpec, RecordedStep, ToolReplay } from "../../domain/index.ts";
import { escapeTerminal, type Json, type JsonObject, toJson } from "../../kernel/index.ts";
import { writeToolCassette } from "../cassette/write-tool-cassette.ts";
import { type CaseDocument, writeCase } from "./case-document.ts";
import type { TraceCaseRequest } from "./trace-case-request.ts";
import type { SeenWorld } from "./world-of-log.ts";

/** What a case is made of, without its secrets. */
export interface CaseParts extends Pick<ToolReplay, "takes" | "tools"> {
  readonly from: JsonObject;
  readonly checks: readonly CheckSpec[];
  readonly why: string;
  readonly greeting: readonly string[];
  /** The checks look at the whole conversation. */
  readonly isWhole: boolean;
  readonly world: SeenWorld;
  readonly faults: readonly Json[];
}

export function filesOf(
  request: TraceCaseRequest,
  parts: CaseParts & { readonly id: string },
): { readonly path: string; readonly text: string }[] {
  const { id, takes, tools, world } = parts;
  const cassette = `cassettes/${id}.jsonl`;
  const fixtures = Object.entries(world.state).map(([name, value]) => ({
    name,
    value,
    path: `fixtures/${id}.${slugOf(name)}.json`,
  }));
  const { history, input } = conversationOf(request, parts);
  const document: CaseDocument = {
    id,
    why: parts.why,
    from: parts.from,
    ...(world.user && { user: toJson(world.user) }),
    ...(history.length > 0 && { history }),
    input: input.map(({ user }) => user),
    world: {
      replay: { cassette: `./${cassette}`, onMiss: "fail", ...(request.model === "recorded" && { model: "recorded" }) },
      ...(world.clock !== undefined && { clock: world.clock }),
      ...(fixtures.length > 0 && { state: Object.fromEntries(fixtures.map(({ name, path }) => [name, `./${path}`])) }),
      ...(world.memory.length > 0 && { memory: world.memory }),
      ...(world.approvals.length > 0 && { approvals: toJson(world.approvals) }),
      ...(parts.faults.length > 0 && { faults: parts.faults }),
    },
    checks: parts.checks,
  };
  return [
    { path: `${id}.yaml`, text: writeCase(document) },
    { path: cassette, text: writeToolCassette({ tools, takes }) },
    ...fixtures.map(({ path, value }) => ({
      path,
      text: `${escapeTerminal(JSON.stringify(value, null, 2), { keepLines: true })}\n`,
    })),
  ];
}

/**
 * A live model is put before the turn in which it went wrong, with what was said before: but only where nothing had been
 * changed by then, and where the checks ask for nothing of what came before.
 */
function conversationOf(request: TraceCaseRequest, { greeting, takes, isWhole, tools }: CaseParts) {
  const turns = takes[0]?.turns ?? [];
  const before = turns.slice(0, -1);
  const declarations = new Map(tools.flatMap(({ name, declaration }) => (declaration ? [[name, declaration]] : [])));
  const calls = before.flatMap(({ steps }) => steps.flatMap((step) => ("tool" in step ? [step.tool] : [])));
  const isLate = request.model === "live" && !isWhole && !calls.some((tool) => changesThings(tool, declarations));
  const opening = greeting.map((text) => ({ assistant: text }));
  if (!isLate) return { history: opening, input: turns };
  const said = before.flatMap(({ user, steps }) => [
    { user },
    ...answersIn(steps).map((text) => ({ assistant: text })),
  ]);
  return { history: [...opening, ...said], input: turns.slice(-1) };
}

/** What the user was shown in a turn. */
function answersIn(steps: readonly RecordedStep[]): string[] {
  return steps.flatMap((step) => {
    if ("answer" in step) return [step.answer];
    return "model" in step && !step.model.toolRequests?.length && step.model.content !== "" ? [step.model.content] : [];
  });
}

/** For names of files, and ids. */
export function slugOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}
