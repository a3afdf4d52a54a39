import { z } from "zod";
import { AegisError, explainIssues } from "../../../kernel/index.ts";
import { messyStyleSchema } from "./messy-style.ts";
import { templateNames } from "./fill-facts.ts";

const pattern = z.string().refine(isPattern, { error: "is no regular expression" });
const factValue = z.union([z.string().min(1), z.number(), z.boolean()]);
const factName = z.string().regex(/^[\w-]+$/, "a fact's name has letters, digits, - and _ only");

const hiddenFact = z.union([
  factValue,
  z.strictObject({
    value: factValue,
    asked: pattern
      .optional()
      .describe("what the agent says when it asks for it; made from the fact's name unless given"),
    say: z.string().min(1).optional().describe("how it is told, e.g. `It is {{orderId}}, I think.`"),
  }),
]);

const rule = z
  .strictObject({
    when: z
      .strictObject({
        agent: pattern.optional().describe("the agent's last message; case ignored"),
        turn: z.int().min(2).optional().describe("the how many-th message of the user it would be"),
      })
      .refine(({ agent, turn }) => agent !== undefined || turn !== undefined, "needs `agent` or `turn`"),
    say: z.string().min(1).optional(),
    times: z.int().min(1).optional().describe("how often at most; always unless given"),
    done: z.enum(["goal", "gave-up"]).optional().describe("the user has what was wanted, or wants no more"),
  })
  .refine(({ say, done }) => say !== undefined || done !== undefined, "needs `say` or `done`");

const script = z.strictObject({
  open: z.string().min(1).describe("the first message"),
  rules: z.array(rule).default([]).describe("the first that fits is taken"),
  otherwise: z
    .array(z.string().min(1))
    .min(1)
    .default(["I do not see how that helps me.", "That is not what I asked.", "Can you help me with this or not?"])
    .describe("said in turn where nothing fits; the agent was of no help then"),
});

/** A simulated user as case files have it, under `simulatedUser`. */
export const simulatedUserSchema = z
  .strictObject({
    persona: z.string().min(1).default("A customer, neither friendly nor unfriendly, who writes short messages."),
    goal: z.string().min(1).describe("what the user wants to have at the end"),
    facts: z.record(factName, factValue).default({}).describe("told whenever it fits"),
    hiddenFacts: z.record(factName, hiddenFact).default({}).describe("told only when the agent asks"),
    style: messyStyleSchema.optional().describe("how the messages are written"),
    changesMind: z
      .strictObject({ turn: z.int().min(2), goal: z.string().min(1), say: z.string().min(1) })
      .optional()
      .describe("wants something else from its n-th message on"),
    givesUpAfter: z.int().min(1).default(3).describe("answers in a row that were of no help"),
    turnsMax: z.int().min(1).max(200).default(20).describe("messages of the user"),
    script: script.optional().describe("rules instead of a model: the same every time, offline"),
  })
  .superRefine(checkTemplates);

export type SimulatedUserInput = z.input<typeof simulatedUserSchema>;
export type SimulatedUserSpec = z.output<typeof simulatedUserSchema>;
export type UserScript = NonNullable<SimulatedUserSpec["script"]>;

/** @throws {AegisError} "user.bad_definition", naming the place and what was expected there */
export function parseSimulatedUser(value: unknown): SimulatedUserSpec {
  const parsed = simulatedUserSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { text, path } = explainIssues({ schema: simulatedUserSchema, value, issues: parsed.error.issues });
  throw new AegisError("user.bad_definition", `simulatedUser: ${text}`, { details: { path: path.join(".") } });
}

/** Hidden facts may stand only where the agent has asked for something. */
function checkTemplates(user: SimulatedUserSpec, context: z.RefinementCtx): void {
  const open = Object.keys(user.facts);
  const all = [...open, ...Object.keys(user.hiddenFacts)];
  const check = (path: (string | number)[], text: string | undefined, known: readonly string[]) => {
    for (const name of templateNames(text ?? "")) {
      if (known.includes(name)) continue;
      const message = all.includes(name)
        ? `{{${name}}} is hidden: it can be told only by a rule with \`when.agent\``
        : `there is no fact ${name}`;
      context.addIssue({ code: "custom", path, message });
    }
  };
  check(["changesMind", "say"], user.changesMind?.say, open);
  for (const [name, fact] of Object.entries(user.hiddenFacts)) {
    if (typeof fact === "object") check(["hiddenFacts", name, "say"], fact.say, [...open, name]);
  }
  check(["script", "open"], user.script?.open, open);
  user.script?.otherwise.forEach((text, index) => check(["script", "otherwise", index], text, open));
  user.script?.rules.forEach(({ when, say }, index) =>
    check(["script", "rules", index, "say"], say, when.agent === undefined ? open : all),
  );
}

function isPattern(source: string): boolean {
  try {
    return Boolean(new RegExp(source, "isu"));
  } catch {
    return false;
  }
}
