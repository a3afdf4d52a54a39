import { z } from "zod";

/** A tool's name; `*` stands for any characters: `refund.*`. */
export const toolPattern = z.string().min(1).meta({ title: "tool name, * allowed" });
export const toolPatterns = z.array(toolPattern);

/** Each part as early as it can stand: names come from outside, and a regular expression would go back and forth in long ones. */
export function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === name;
  const [start = "", ...middle] = parts;
  const end = middle.pop() ?? "";
  if (!name.startsWith(start) || !name.endsWith(end)) return false;
  let at = start.length;
  for (const part of middle) {
    const place = name.indexOf(part, at);
    if (place === -1) return false;
    at = place + part.length;
  }
  return at <= name.length - end.length;
}

export function matchesSomeName(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesName(pattern, name));
}

/** A regular expression: its source, `/source/flags`, or a RegExp. Never sticky or global, so that it keeps no state. */
export const regularExpression = z
  .union([z.string().min(1), z.instanceof(RegExp)])
  .transform((given, context) => {
    try {
      return compile(given);
    } catch (error) {
      context.addIssue({ code: "custom", message: `expected a regular expression: ${(error as Error).message}` });
      return z.NEVER;
    }
  })
  .meta({ title: "regular expression" });

function compile(given: string | RegExp): RegExp {
  if (given instanceof RegExp) return new RegExp(given.source, given.flags.replaceAll(/[gy]/g, ""));
  const withFlags = /^\/(.+)\/([dgimsuvy]*)$/s.exec(given);
  if (withFlags) return new RegExp(withFlags[1] ?? "", (withFlags[2] ?? "").replaceAll(/[gy]/g, ""));
  return new RegExp(given);
}
