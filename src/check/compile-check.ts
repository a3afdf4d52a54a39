import { z } from "zod";
import {
  type CheckSpec,
  type Verdict,
  weakestWitness,
  type Witness,
  WITNESSES_STRONG_TO_WEAK,
} from "../domain/index.ts";
import { AegisError, isJsonObject, nearestName } from "../kernel/index.ts";
import { CHECKS } from "./catalogue.ts";
import type { Check, FinishedRun } from "./check.ts";
import type { CheckDefinition, Finding } from "./define-check.ts";
import { explainIssues, pathOfIssue } from "./explain-issues.ts";
import { cutText } from "./show-value.ts";
import { holdAgainstWitness } from "./hold-against-witness.ts";

/** What any check's spec may carry beside the check itself. */
const commonShape = {
  name: z
    .string()
    .min(1)
    .optional()
    .describe("its name in reports and comparisons, instead of the one made of its options"),
  witness: z.enum(WITNESSES_STRONG_TO_WEAK).optional().describe("who must have seen what a pass rests on"),
  gates: z.boolean().default(true).describe("false: reported, but a trial passes or fails without it"),
};
export const commonOptions = z.strictObject(commonShape);

const catalogue: Readonly<Record<string, CheckDefinition>> = CHECKS;

/**
 * Turns a spec into a check: `{ retriesAtMost: 3 }`, `{ never: { tool: "refund.issue", unless: "approval" }, witness: "edge" }`.
 * @param where shown in errors, e.g. `refund.yaml: checks[2]`
 * @throws {AegisError} "check.unknown" for a name that is not in the catalogue
 * @throws {AegisError} "check.bad_spec" for options that do not fit, naming the path and what was expected
 */
export function compileCheck(spec: CheckSpec, where = "check"): Check {
  const { key, definition, options, common } = readSpec(spec, where);
  const demand = definition.compile(options);
  const name = common.name ?? (demand.label === undefined ? key : `${key}(${cutText(demand.label)})`);
  const seen =
    common.witness === undefined ? "" : ` What it rests on was seen by the ${common.witness} or a stronger witness.`;
  const toVerdict = (run: FinishedRun, finding: Finding) => verdictOf(name, common, run, finding);
  return {
    name,
    spec,
    explain: () => demand.explain + seen,
    judge(run) {
      const finding = demand.judge(run);
      return finding instanceof Promise ? finding.then((found) => toVerdict(run, found)) : toVerdict(run, finding);
    },
  };
}

interface ReadSpec {
  readonly key: string;
  readonly definition: CheckDefinition;
  readonly options: unknown;
  readonly common: z.output<typeof commonOptions>;
}

function readSpec(spec: CheckSpec, where: string): ReadSpec {
  if (!isJsonObject(spec)) throw badSpec(where, "", "expected an object with one check, such as { retriesAtMost: 3 }");
  const isCommon = (key: string) => Object.hasOwn(commonShape, key);
  const keys = Object.keys(spec).filter((key) => !isCommon(key));
  const unknown = keys.find((key) => !Object.hasOwn(catalogue, key));
  if (unknown !== undefined) throw unknownCheck(unknown, where);
  const [key, second] = keys;
  const definition = key === undefined ? undefined : catalogue[key];
  if (key === undefined || !definition || second !== undefined) {
    const found = keys.length === 0 ? "none" : keys.join(" and ");
    throw badSpec(where, "", `expected one check in each entry, found ${found}`);
  }
  const commonGiven = Object.fromEntries(Object.entries(spec).filter(([each]) => isCommon(each)));
  const common = parse(commonOptions, commonGiven, { where, prefix: "", knownKeys: Object.keys(commonShape) });
  const given = spec[key];
  const isShort = definition.shorthand !== undefined && !isPlainOptions(given);
  const options = parse(definition.options, isShort ? { [definition.shorthand]: given } : (given ?? {}), {
    where,
    prefix: key,
    knownKeys: optionNames(definition),
  });
  return { key, definition, options, common };
}

/** A bare number, text, list or expression stands for the option that the check names as its shorthand. */
function isPlainOptions(given: unknown): boolean {
  return given === undefined || given === null || (isJsonObject(given) && !(given instanceof RegExp));
}

function optionNames({ options }: CheckDefinition): string[] {
  return options instanceof z.ZodObject ? Object.keys(options.shape) : [];
}

interface Place {
  readonly where: string;
  readonly prefix: string;
  readonly knownKeys: readonly string[];
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  { where, prefix, knownKeys }: Place,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const inner = pathOfIssue(parsed.error.issues[0]);
  const path = [prefix, inner].filter((part) => part !== "").join(".");
  throw badSpec(where, path, `${prefix === "" ? "" : `${prefix}: `}${explainIssues(parsed.error.issues, knownKeys)}`);
}

function badSpec(where: string, path: string, message: string): AegisError {
  return new AegisError("check.bad_spec", `${where}: ${message}`, { details: { where, path } });
}

function unknownCheck(name: string, where: string): AegisError {
  // A judge stands among the checks too, compiled elsewhere.
  const known = [...Object.keys(catalogue), "judge"];
  const near = nearestName(name, known);
  const hint = near ? `, did you mean "${near}"?` : `; there are ${known.join(", ")}`;
  return new AegisError("check.unknown", `${where}: there is no check "${name}"${hint}`, {
    details: { where, name, ...(near && { nearest: near }) },
  });
}

function verdictOf(
  name: string,
  { witness: demanded, gates }: { readonly witness?: Witness | undefined; readonly gates: boolean },
  run: FinishedRun,
  finding: Finding,
): Verdict {
  const evidence = [...new Set(finding.evidence)].sort((left, right) => left - right);
  const seqs = new Set(evidence);
  const witness = weakestWitness(run.events.filter(({ seq }) => seqs.has(seq)));
  const { outcome, explanation, score } = demanded ? holdAgainstWitness(finding, { demanded, witness, run }) : finding;
  const full = outcome === "pass" ? 1 : 0;
  return {
    name,
    source: "check",
    outcome,
    score: outcome === "void" ? null : (score ?? full),
    explanation,
    evidence,
    witness,
    gates,
  };
}
