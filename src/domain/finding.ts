/** How much a finding matters: `high` is harm done or close to it, `low` is worth a look. */
export type Severity = "high" | "medium" | "low";

/** What a detector found in one run: a known pattern, the events that show it, and why it matters. */
export interface Finding {
  /** The detector's name, e.g. `no-progress-repeat`. */
  readonly detector: string;
  readonly severity: Severity;
  /** One or two sentences, in plain words; may quote the run, so whoever shows it escapes it. */
  readonly explanation: string;
  /** Sequence numbers of the events it rests on, ascending. */
  readonly evidence: readonly number[];
}
