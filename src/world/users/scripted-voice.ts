import { fillFacts, templateNames } from "./spec/index.ts";
import { type HiddenFact, hiddenFactsOf } from "./hidden-facts.ts";
import type { SimulatedUserSpec, UserScript } from "./spec/index.ts";
import { HEARD_CHARACTERS_MAX, type UserReply, type UserVoice } from "./user-voice.ts";

/**
 * Speaks by rules: the change of mind at its turn, then the first rule that fits, then the facts that were asked for,
 * then what is said otherwise. Being asked again for what was told is no help.
 */
export function scriptedVoice(user: SimulatedUserSpec, script: UserScript): UserVoice {
  const hidden = hiddenFactsOf(user);
  const values = { ...user.facts, ...Object.fromEntries(hidden.map(({ name, value }) => [name, value])) };
  const rules = script.rules.map((rule) => ({
    ...rule,
    agent: rule.when.agent === undefined ? undefined : new RegExp(rule.when.agent, "isu"),
    left: rule.times ?? Infinity,
  }));
  const told = new Set<string>();
  let otherwiseCount = 0;
  const reply = (text: string, rest: Partial<UserReply> = {}): UserReply => {
    for (const name of templateNames(text)) told.add(name);
    return { say: fillFacts(text, values), isHelped: true, end: null, ...rest };
  };

  return ({ turn, agentSaid }) => {
    const heard = agentSaid.slice(0, HEARD_CHARACTERS_MAX);
    if (turn === 1) return Promise.resolve(reply(script.open));
    if (user.changesMind?.turn === turn) return Promise.resolve(reply(user.changesMind.say));
    const rule = rules.find(
      ({ when, agent, left }) => left > 0 && (when.turn ?? turn) === turn && (agent?.test(heard) ?? true),
    );
    if (rule) {
      rule.left -= 1;
      const end = rule.done ?? null;
      return Promise.resolve(rule.say === undefined ? { say: null, isHelped: true, end } : reply(rule.say, { end }));
    }
    const asked = hidden.filter((fact) => fact.isAskedBy(heard));
    if (asked.length > 0) return Promise.resolve(tell(asked, told, reply));
    const text = script.otherwise[otherwiseCount % script.otherwise.length]!;
    otherwiseCount += 1;
    return Promise.resolve(reply(text, { isHelped: false }));
  };
}

function tell(
  asked: readonly HiddenFact[],
  told: ReadonlySet<string>,
  reply: (text: string, rest?: Partial<UserReply>) => UserReply,
): UserReply {
  const isNew = asked.some(({ name }) => !told.has(name));
  const text = asked.map(({ say }) => say).join(" ");
  return isNew ? reply(text) : reply(`I told you already. ${text}`, { isHelped: false });
}
