import type { Verdict } from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import { type RecordedSuccess, readSuccess } from "./read-success.ts";

const EXPLANATION_LENGTH_MAX = 500;

/** The verdict a recorded trial passes or fails by. */
export function successVerdict({ isPass, score }: RecordedSuccess, explanation: string): Verdict {
  return { ...recordedVerdict("success", { isPass, score }, explanation), gates: true };
}

/** A finer label of the recording: reported, never deciding. */
export function recordedVerdict(name: string, label: RecordedSuccess, explanation: string): Verdict {
  return {
    name,
    source: "recorded",
    outcome: label.isPass ? "pass" : "fail",
    score: label.score,
    explanation: cut(explanation, EXPLANATION_LENGTH_MAX),
    evidence: [],
    witness: null,
    gates: false,
  };
}

/** One verdict per member that is a boolean or a number, e.g. the parts of a composite reward. */
export function verdictsOfMembers(prefix: string, members: Readonly<Record<string, Json | undefined>>): Verdict[] {
  return Object.entries(members).flatMap(([key, value]) => {
    const label = readSuccess(value);
    return label ? [recordedVerdict(`${prefix}.${key}`, label, `The recording says ${key} = ${String(value)}.`)] : [];
  });
}

/** `get_order_details({"order_id":"#W1"})`, cut to a line. */
export function describeCall(tool: string, args: Json | undefined): string {
  return `${tool}(${cut(canonicalJson(args ?? {}), 200)})`;
}

export function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1).toWellFormed()}…` : text;
}
