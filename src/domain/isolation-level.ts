/** How far a trial is kept from the machine and from other trials; later ones are stronger. */
export const ISOLATION_LEVELS = ["none", "process", "namespace", "vm"] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** What a trial really had, kept with it and said in each report. */
export interface SandboxFacts {
  readonly level: IsolationLevel;
  /** Limits that held, by name with the unit last, e.g. `memoryBytes`. */
  readonly limits: Readonly<Record<string, number>>;
  /** How limits are held, e.g. `cgroup v1`, `prlimit`. */
  readonly limitedBy?: string;
  readonly accelerator?: "kvm" | "tcg";
}

/** The promise printed in every report. */
export const ISOLATION_PROMISES: Readonly<Record<IsolationLevel, string>> = {
  none: "no isolation",
  process: "accident protection",
  namespace: "kernel-shared isolation",
  vm: "own kernel, own memory, no network card",
};
