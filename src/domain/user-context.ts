/** On whose behalf the agent acts, and what that person may do and see. */
export interface UserContext {
  readonly id: string;
  /** Permissions of tools and labels of data, e.g. `refund.request`, `label:internal`. */
  readonly grants: readonly string[];
}
