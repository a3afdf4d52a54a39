import { languageOf } from "../reading/language-of.ts";
import { plainWords } from "../reading/misspelt-words.ts";
import type { UserMessage } from "../reading/read-user-messages.ts";
import { sayDuration, sayNumber } from "../say.ts";
import type { CategoryDimension, Dimension, NumberDimension } from "./dimension.ts";

/** How people write, read off their messages without a model. */
export const USER_DIMENSIONS: readonly Dimension[] = [
  {
    ...perMessage("message length", ({ characters }) => characters),
    weight: 2,
    say: sayNumber,
    unit: "characters",
  },
  {
    name: "language",
    group: "users",
    kind: "categories",
    weight: 2,
    evidence: "cluster",
    read: ({ userMessages }) =>
      userMessages.length === 0 ? null : [languageOf(userMessages.map(({ text }) => text).join("\n"))],
  },
  {
    name: "typing noise",
    group: "users",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ userMessages }, { isMisspelt }) => {
      const wordCount = userMessages.reduce((sum, message) => sum + message.wordCount, 0);
      if (wordCount === 0) return null;
      const slips = userMessages.reduce(
        (sum, { slipCount, text }) => sum + slipCount + plainWords(text).filter(isMisspelt).length,
        0,
      );
      return [slips / wordCount];
    },
    say: (value) => (100 * value).toFixed(1),
    unit: "slips in 100 words",
  },
  {
    ...perMessage("questions", ({ questionCount }) => questionCount),
    weight: 1,
    say: sayNumber,
    unit: "questions per message",
  },
  {
    ...perMessage("requests", ({ requestCount }) => requestCount),
    weight: 1,
    say: sayNumber,
    unit: "requests per message",
  },
  { ...marked("anger", ["angry", "calm"], ({ isAngry }) => isAngry), weight: 1 },
  { ...marked("capitals", ["shouted", "not shouted"], ({ isShouted }) => isShouted), weight: 0.5 },
  { ...marked("emoji", ["with emoji", "without emoji"], ({ hasEmoji }) => hasEmoji), weight: 0.5 },
  {
    name: "user pace",
    group: "users",
    kind: "numbers",
    weight: 1,
    evidence: "cluster",
    read: ({ userMessages }) => userMessages.flatMap(({ waitMs }) => (waitMs === undefined ? [] : [waitMs])),
    say: sayDuration,
    unit: "",
  },
];

function perMessage(
  name: string,
  of: (message: UserMessage) => number,
): Omit<NumberDimension, "weight" | "say" | "unit"> {
  const read: NumberDimension["read"] = ({ userMessages }) => userMessages.map(of);
  return { name, group: "users", kind: "numbers", evidence: "cluster", read };
}

function marked(
  name: string,
  [yes, no]: readonly [string, string],
  isSo: (message: UserMessage) => boolean,
): Omit<CategoryDimension, "weight"> {
  const read: CategoryDimension["read"] = ({ userMessages }) =>
    userMessages.map((message) => (isSo(message) ? yes : no));
  return { name, group: "users", kind: "categories", evidence: "cluster", read };
}
