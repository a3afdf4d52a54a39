import { conditionNamed, CONDITIONS } from "../../world/conditions/index.ts";

/** Which condition, how much of it, and under which name where one suite has it twice. */
export interface StressPlace {
  readonly condition: string;
  readonly label: string | null;
  /** Of the condition's strength parameter; null where no levels were asked for. */
  readonly level: number | null;
}

export interface StressId extends StressPlace {
  /** The case as it was written. */
  readonly baseId: string;
}

const NAMES = CONDITIONS.map(({ name }) => name).join("|");
const STRESSED = new RegExp(`^(.+)\\+(${NAMES})(?::([\\w.-]+))?(?:@(-?\\d+(?:\\.\\d+)?))?$`, "s");

/** `refund+long-conversation@80`, `refund+messy-user:angry`. */
export function stressId({ baseId, condition, label, level }: StressId): string {
  return `${baseId}+${condition}${label === null ? "" : `:${label}`}${level === null ? "" : `@${level}`}`;
}

/** Reads what `stressId` wrote; null for a case as it was written. */
export function readStressId(caseId: string): StressId | null {
  const [, baseId, condition, label, level] = STRESSED.exec(caseId) ?? [];
  if (baseId === undefined || condition === undefined) return null;
  return { baseId, condition, label: label ?? null, level: level === undefined ? null : Number(level) };
}

/** The unit of a condition's levels, e.g. "turns"; null where they are shares. */
export function unitOf(condition: string): string | null {
  return conditionNamed(condition).strength?.unit ?? null;
}
