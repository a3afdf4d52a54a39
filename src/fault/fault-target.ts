import { AegisError } from "../kernel/index.ts";
import { patternMatcher } from "./match-pattern.ts";

/** Where a fault can act. */
export const BOUNDARIES = ["tool", "model", "http", "mcp"] as const;
export type FaultBoundary = (typeof BOUNDARIES)[number];

/** What is about to be called, as the one who asks the plan knows it. */
export type FaultTarget =
  | { readonly boundary: "tool"; readonly name: string }
  | { readonly boundary: "model" }
  /** `host` with its port where the URL names one; `path` without the query. */
  | { readonly boundary: "http"; readonly method: string; readonly host: string; readonly path: string }
  /** The server's name. */
  | { readonly boundary: "mcp"; readonly name: string };

/** What `on` says, read once. */
export interface TargetPattern {
  readonly boundary: FaultBoundary;
  readonly matches: (target: FaultTarget) => boolean;
  /** It names a method or a path, which a connection does not have yet. */
  readonly hasPlaceInHost: boolean;
}

/** As in `on`: `tool billing.lookup`, `model`, `http GET api.example.com/v1/orders`. */
export function describeTarget(target: FaultTarget): string {
  switch (target.boundary) {
    case "model":
      return "model";
    case "http":
      return `http ${target.method} ${target.host}${target.path}`;
    default:
      return `${target.boundary} ${target.name}`;
  }
}

/** @throws {AegisError} "fault.bad_target" */
export function readTarget(on: string): TargetPattern {
  const [boundary, ...words] = on.trim().split(/\s+/);
  if (boundary === "model" && words.length === 0) {
    return { boundary, hasPlaceInHost: false, matches: (target) => target.boundary === "model" };
  }
  if ((boundary === "tool" || boundary === "mcp") && words.length === 1) {
    const isName = patternMatcher(words[0] ?? "");
    return {
      boundary,
      hasPlaceInHost: false,
      matches: (target) => target.boundary === boundary && isName(target.name),
    };
  }
  if (boundary === "http" && (words.length === 1 || words.length === 2)) return httpPattern(words);
  throw new AegisError("fault.bad_target", `"${on}" is no target of a fault`, { details: { on } });
}

function httpPattern(words: readonly string[]): TargetPattern {
  const [place = "*"] = words.slice(-1);
  const isMethod = words.length === 2 ? patternMatcher((words[0] ?? "").toUpperCase()) : () => true;
  const bare = place.replace(/^https?:\/\//, "");
  const slash = bare.indexOf("/");
  const hostPattern = (slash === -1 ? bare : bare.slice(0, slash)).toLowerCase();
  const isHost = patternMatcher(hostPattern);
  const isPath = slash === -1 ? () => true : patternMatcher(bare.slice(slash));
  const hasPort = /:(\d+|\*)$/.test(hostPattern);
  return {
    boundary: "http",
    hasPlaceInHost: words.length === 2 || (slash !== -1 && !/^\/\**$/.test(bare.slice(slash))),
    matches: (target) =>
      target.boundary === "http" &&
      isMethod(target.method.toUpperCase()) &&
      // A host without a port stands for all of its ports.
      (isHost(target.host.toLowerCase()) || (!hasPort && isHost(target.host.toLowerCase().replace(/:\d+$/, "")))) &&
      isPath(target.path),
  };
}
