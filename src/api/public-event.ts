import type { EventType, RunEvent } from "../domain/index.ts";

/** Left out of what clients see: prompts, settings and what else the operator alone should read. */
const HIDDEN_FIELDS = {
  "run.started": ["attributes", "user", "tools", "seed", "caseId", "attemptIndex"],
  "model.called": ["added", "keptCount", "settings"],
  "model.returned": ["content"],
  "tool.called": ["declaration", "idempotencyKey"],
  "tool.returned": ["labels"],
  "approval.requested": ["inputSchema"],
} as const satisfies { readonly [Type in EventType]?: readonly string[] };

/** Not shown to clients at all; their place in the numbering stays empty. */
const HIDDEN_TYPES = [
  "fault.injected",
  "replay.ended",
  "sandbox.closed",
  "output.captured",
  "state.captured",
  "clock.read",
  "random.drawn",
] as const;

type HiddenFields = typeof HIDDEN_FIELDS;
type HiddenType = (typeof HIDDEN_TYPES)[number];

/** One event as clients see it. `seq` ascends and has gaps where events are hidden. */
export type PublicRunEvent<Type extends Exclude<EventType, HiddenType> = Exclude<EventType, HiddenType>> = {
  [Each in Type]: Each extends keyof HiddenFields ? Omit<RunEvent<Each>, HiddenFields[Each][number]> : RunEvent<Each>;
}[Type];

/** The event as clients may see it; undefined for one they may not. */
export function publicEvent(event: RunEvent): PublicRunEvent | undefined {
  if ((HIDDEN_TYPES as readonly string[]).includes(event.type)) return undefined;
  if (!Object.hasOwn(HIDDEN_FIELDS, event.type)) return event as PublicRunEvent;
  const hidden: readonly string[] = HIDDEN_FIELDS[event.type as keyof HiddenFields];
  return Object.fromEntries(Object.entries(event).filter(([key]) => !hidden.includes(key))) as PublicRunEvent;
}
