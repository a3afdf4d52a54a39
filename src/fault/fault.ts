import type { Json } from "../kernel/index.ts";

/** Something the world does wrong on purpose, as plain data. */
export interface Fault {
  /** `tool NAME`, `model`, `http [METHOD] HOST/PATH`, `mcp SERVER`; `*` stands for any run of characters. */
  readonly on: string;
  readonly when: FaultSchedule;
  /** `after`: the other side has done its work, and what it answered is lost or changed. */
  readonly side: "before" | "after";
  /** Name and parameters of what happens, e.g. `{ timeout: { afterMs: 5000 } }`: one key of the catalogue. */
  readonly do: FaultAction;
}

/** Which calls of its target it happens to; all that are given must hold. Calls count from 1, times from the trial's start. */
export interface FaultSchedule {
  readonly call?: number | readonly number[];
  readonly burst?: { readonly from: number; readonly count: number };
  /** In [0, 1], drawn from the trial's seed for each call. */
  readonly probability?: number;
  readonly window?: { readonly fromMs: number; readonly toMs: number };
}

export interface FaultAction {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, Json>>;
}
