import { countNoun, type Json } from "../kernel/index.ts";
import { faultKind } from "./catalogue/catalogue.ts";
import { showDuration } from "./duration.ts";
import type { Fault, FaultSchedule } from "./fault.ts";

/** One plain sentence for a report, e.g. `Call 1 of tool billing.lookup: no answer comes, and the call fails after 5 s.` */
export function explainFault({ on, when, side, do: action }: Fault): string {
  const kind = faultKind(action.kind);
  const said = kind.meaning.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name in action.parameters ? showParameter(name, action.parameters[name] ?? null) : whole,
  );
  const isAfterTheWork = side === "after" && kind.sides[0] === "before";
  const sentence = `${explainSchedule(when)} of ${on}: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  return isAfterTheWork ? `${sentence.replace(/\.$/, "")}, after the work was done.` : sentence;
}

function explainSchedule({ call, burst, probability, window }: FaultSchedule): string {
  const calls = call === undefined ? undefined : [call].flat();
  const parts = [
    calls && `call${calls.length > 1 ? "s" : ""} ${calls.join(", ")}`,
    burst && `${countNoun(burst.count, "call")} from call ${burst.from} on`,
    probability !== undefined && `${percent(probability)} of the calls`,
  ].filter((part) => typeof part === "string");
  const which = parts.length === 0 ? "every call" : parts.join(" and ");
  const times = window ? ` from ${showDuration(window.fromMs)} to ${showDuration(window.toMs)}` : "";
  return `${which.charAt(0).toUpperCase()}${which.slice(1)}${times}`;
}

function showParameter(name: string, value: Json): string {
  if (typeof value === "number" && name.endsWith("Ms")) return showDuration(value);
  if (typeof value === "number" && /share$/i.test(name)) return percent(value);
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))} %`;
}
