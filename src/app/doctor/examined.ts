/** One thing that was looked at. `note`: nothing to fix, but good to know. */
export interface Examined {
  readonly name: string;
  readonly status: "ok" | "note" | "warn" | "fail";
  /** What was found, in a sentence. */
  readonly found: string;
  /** The command that fixes it, or what to do where no command can. */
  readonly fix?: string;
}
