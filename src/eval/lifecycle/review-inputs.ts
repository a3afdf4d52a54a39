/** What a case asks, as far as its file or its logs tell. */
export interface CaseText {
  /** Everything the agent is told, as one text. */
  readonly input: string;
  /** What stands behind the boundary, so that two cases can be told apart by it; empty where nobody knows. */
  readonly world: string;
  /** Tools that its checks, approvals and faults name; globs may be among them. */
  readonly namedTools: readonly string[];
}

/** The tools one version was offered, by its logs; none where they do not tell. */
export interface DeclaredTools {
  readonly label: string;
  readonly tools: readonly string[];
}

/** What a user did in production, and what the agent did for it. */
export interface ProductionTrace {
  readonly input: string;
  readonly tools: readonly string[];
}
