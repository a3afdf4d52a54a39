import type { EvalCase, InputTurn } from "../../domain/index.ts";

export interface UserTextPlace {
  /** Of all the user's messages, from 0. */
  readonly index: number;
  readonly isLast: boolean;
}

type Change = (text: string, place: UserTextPlace) => readonly string[];

/** Puts one or more messages where the user said one: in `input`, and in what recorded users said. */
export function mapUserTurns(evalCase: EvalCase, change: Change): EvalCase {
  const { userReplay } = evalCase.world;
  return {
    ...evalCase,
    input: mapInput(evalCase.input, change),
    world: {
      ...evalCase.world,
      ...(userReplay && { userReplay: userReplay.map((texts) => mapTexts(texts, change)) }),
    },
  };
}

export function hasUserText({ input, world }: EvalCase): boolean {
  return world.userReplay !== undefined || input.some((turn) => "user" in turn);
}

function mapInput(input: readonly InputTurn[], change: Change): InputTurn[] {
  const texts = input.flatMap((turn) => ("user" in turn ? [turn.user] : []));
  let index = 0;
  return input.flatMap((turn): InputTurn[] => {
    if (!("user" in turn)) return [turn];
    const place = { index, isLast: index === texts.length - 1 };
    index += 1;
    return change(turn.user, place).map((user) => ({ user }));
  });
}

function mapTexts(texts: readonly string[], change: Change): string[] {
  return texts.flatMap((text, index) => change(text, { index, isLast: index === texts.length - 1 }));
}
