import { equalJson } from "../../kernel/index.ts";
import type { ToolEffect } from "./effect.ts";
import { type Request, signatureOf } from "./request.ts";

/**
 * Gives tools the requests they answer, and the ids. Tools that tell an id first: what they answer is sure.
 * @param requests in the order in which they were made
 */
export function claimRequests(tools: readonly ToolEffect[], requests: readonly Request[]): void {
  const byId = new Candidates(requests, ({ told }) => (told.callId === "" ? undefined : told.callId));
  for (const tool of tools) if (tool.callId !== "") claim(tool, byId.first(tool.callId));
  const others = tools.filter(({ requestedBy }) => requestedBy === undefined);
  if (others.length > 0) claimByContent(others, requests);
  for (const tool of tools) if (tool.callId === "") tool.callId = `span-${tool.node?.span.spanId ?? ""}`;
}

/** By tool and arguments; by the tool's name alone only what was asked for before the tool began. */
function claimByContent(tools: readonly ToolEffect[], requests: readonly Request[]): void {
  const open = requests.filter(({ effect }) => effect === undefined);
  const all = candidatesOf(open);
  // Two ids that differ are two calls, and those that are equal have come together already.
  const withoutId = candidatesOf(open.filter(({ told }) => told.callId === ""));
  for (const tool of tools) {
    const { exact, byName } = tool.callId === "" ? all : withoutId;
    const few = byName.few(tool.tool);
    const isSame = ({ effect, told }: Request) => effect === undefined && equalJson(told.arguments, tool.arguments);
    if (claim(tool, few === undefined ? exact.first(signatureOf(tool)) : few.find(isSame))) continue;
    const named = byName.first(tool.tool);
    if (named !== undefined && named.by.startNs <= tool.startNs) claim(tool, named);
  }
}

function candidatesOf(requests: readonly Request[]) {
  return {
    exact: new Candidates(requests, ({ told }) => signatureOf(told)),
    byName: new Candidates(requests, ({ told }) => told.tool),
  };
}

const FEW = 20;

/** Requests by a key; those that a tool has claimed are passed over once and for all. */
class Candidates {
  readonly #requests: readonly Request[];
  readonly #keyOf: (request: Request) => string | undefined;
  #byKey: Map<string, { readonly list: Request[]; from: number }> | undefined;

  constructor(requests: readonly Request[], keyOf: (request: Request) => string | undefined) {
    this.#requests = requests;
    this.#keyOf = keyOf;
  }

  /** The earliest that nobody has claimed; the one that was made before all the others. */
  first(key: string): Request | undefined {
    const found = (this.#byKey ??= this.#sorted()).get(key);
    if (found === undefined) return undefined;
    while (found.list[found.from]?.effect !== undefined) found.from += 1;
    return found.list[found.from];
  }

  /** All of them where they are so few that each can be looked at; undefined where they are more. */
  few(key: string): readonly Request[] | undefined {
    const { list = [] } = (this.#byKey ??= this.#sorted()).get(key) ?? {};
    return list.length <= FEW ? list : undefined;
  }

  #sorted(): Map<string, { readonly list: Request[]; from: number }> {
    const byKey = new Map<string, { readonly list: Request[]; from: number }>();
    for (const request of this.#requests) {
      const key = this.#keyOf(request);
      if (key === undefined) continue;
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { list: [request], from: 0 });
      else known.list.push(request);
    }
    return byKey;
  }
}

function claim(tool: ToolEffect, request: Request | undefined): boolean {
  if (request === undefined) return false;
  request.effect = tool;
  tool.requestedBy = request.by;
  tool.requestIndex = request.index;
  tool.arguments ??= request.told.arguments;
  if (tool.callId === "") tool.callId = request.callId;
  else if (request.callId === "") request.callId = tool.callId;
  return true;
}
