import { pick } from "./draw.ts";
import type { MessyOperator } from "./messy-operator.ts";
import { PHRASES } from "./phrases.ts";
import { addSentences, drawSentences } from "./sentences.ts";
import { carriesFacts, joinWords, mapPlainWords, splitWords } from "./words.ts";

/** What is said around the request, or left out of it. The request itself stays. */
export const CONTENT_OPERATORS: readonly MessyOperator[] = [
  {
    name: "missing-fields",
    sentence: "Ids, numbers and addresses are left out: the agent has to ask.",
    dropsFacts: true,
    apply: (text, { random, strength }) => {
      const { lead, words } = splitWords(text);
      const kept = words.filter(({ text: word }) => !(carriesFacts(word) && random() < strength));
      return joinWords({ lead, words: kept }).trimEnd();
    },
  },
  around("two-problems", "Another problem comes along in the same message.", PHRASES.secondProblem, "after"),
  {
    name: "anger",
    sentence: "Furious: capitals, exclamation marks, reproaches.",
    apply: (text, { random, strength }) => {
      const loud = mapPlainWords(text, (word) => {
        const shouted = random() < strength * 0.4 ? word.toUpperCase() : word;
        return random() < strength ? shouted.replace(/[.?!]$/, "!!!") : shouted;
      });
      return addSentences(loud, { before: drawSentences(PHRASES.anger, { random, strength: strength * 0.6 }) });
    },
  },
  {
    name: "changed-mind",
    sentence: "Begins with something else, hesitates, and comes back to it.",
    apply: (text, { random, strength }) =>
      random() >= strength
        ? text
        : addSentences(text, {
            before: [pick(PHRASES.changedMindBefore, random)],
            after: random() < strength ? [pick(PHRASES.changedMindAfter, random)] : [],
          }),
  },
  around(
    "misleading-context",
    "Claims about what others were told, to be held against the facts.",
    PHRASES.misleading,
    "before",
  ),
  around("challenges-policy", "Says that the rules are wrong.", PHRASES.challenge, "after"),
  around("asks-exception", "Asks to be treated better than the rules allow.", PHRASES.exception, "after"),
];

function around(name: string, sentence: string, phrases: readonly string[], where: "before" | "after"): MessyOperator {
  return {
    name,
    sentence,
    apply: (text, how) => addSentences(text, { [where]: drawSentences(phrases, how) }),
  };
}
