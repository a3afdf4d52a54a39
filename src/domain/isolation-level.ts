/** How far a trial is kept from the machine and from other trials; later ones are stronger. */
export const ISOLATION_LEVELS = ["none", "process", "namespace", "vm"] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** The promise printed in every report. */
export const ISOLATION_PROMISES: Readonly<Record<IsolationLevel, string>> = {
  none: "no isolation",
  process: "accident protection",
  namespace: "kernel-shared isolation",
  vm: "own kernel, own memory, no network card",
};
