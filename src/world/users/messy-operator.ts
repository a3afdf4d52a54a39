import type { Random } from "../../kernel/index.ts";

/** One way in which people write what they want. Changes how it is said, and what is said around it. */
export interface MessyOperator {
  readonly name: string;
  readonly sentence: string;
  /** Takes facts away on purpose; every other operator keeps ids, numbers, addresses and names as they are. */
  readonly dropsFacts?: true;
  apply(text: string, how: { readonly random: Random; readonly strength: number }): string;
}
