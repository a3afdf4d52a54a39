import { stringify } from "yaml";
import { z } from "zod";
import { CHECKS } from "./catalogue.ts";
import { commonOptions } from "./compile-check.ts";
import type { CheckDefinition } from "./define-check.ts";

export interface CheckDescription {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionDescription[];
  /** The option that a bare value stands for, e.g. `max` in `retriesAtMost: 3`. */
  readonly shorthand: string | null;
  /** A whole entry of a suite's `checks`; null where only TypeScript can say it. */
  readonly yaml: string | null;
  readonly typescript: string;
}

export interface OptionDescription {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** The catalogue as plain data: docs/reference/checks.md is made of it. */
export function describeChecks(): readonly CheckDescription[] {
  const definitions: readonly CheckDefinition[] = Object.values(CHECKS);
  return definitions.map(({ name, summary, options, shorthand, example, typescript }) => ({
    name,
    summary,
    options: describeOptions(options),
    shorthand: shorthand ?? null,
    yaml: example === null ? null : stringify([{ [name]: example }], { lineWidth: 120 }),
    typescript: typescript ?? `check.${name}(${JSON.stringify(example)})`,
  }));
}

/** Options that every check's entry may carry beside the check's own key. */
export function describeCommonOptions(): readonly OptionDescription[] {
  return describeOptions(commonOptions);
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

function describeOptions(options: z.ZodType): OptionDescription[] {
  const schema: JsonSchema = z.toJSONSchema(options, { io: "input", unrepresentable: "any" });
  return Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const property: JsonSchema = typeof part === "object" ? part : {};
    const preset = property.default === undefined ? "" : `; ${JSON.stringify(property.default)} unless told`;
    return {
      name,
      type: typeOf(property),
      isRequired: schema.required?.includes(name) ?? false,
      description: `${property.description ?? ""}${preset}`.replace(/^; /, ""),
    };
  });
}

function typeOf(part: JsonSchema): string {
  if (part.title !== undefined) return part.title;
  if (part.$ref !== undefined) return "any JSON value";
  if (part.enum) return part.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (part.const !== undefined) return JSON.stringify(part.const);
  const parts = part.anyOf ?? part.oneOf;
  if (parts) return parts.map((each) => (typeof each === "object" ? typeOf(each) : "any")).join(" | ");
  if (part.type === "array")
    return `list of ${typeof part.items === "object" && !Array.isArray(part.items) ? typeOf(part.items) : "any"}`;
  if (part.type === "object") {
    const { additionalProperties: values } = part;
    return typeof values === "object" ? `object, each value: ${typeOf(values)}` : "object";
  }
  return [part.type ?? "any"].flat().join(" | ");
}
