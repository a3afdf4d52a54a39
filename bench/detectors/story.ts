// How every story begins, and what stories are made of.
import { FACTS, REQUESTS } from "./phrases.ts";
import type { Dice, Known, Pen } from "./pen.ts";

/** Writes one log; what else is known of the run is handed back. */
export type Plant = (pen: Pen, dice: Dice) => Known | void;

export interface Plants {
  readonly positives: Readonly<Record<string, Plant>>;
  readonly negatives: Readonly<Record<string, Plant>>;
}

export function opening(pen: Pen, dice: Dice): void {
  if (pen.events.length === 0) pen.start();
  pen.user(filled(dice.pick(REQUESTS), dice)).call("get_order", { id: orderId(dice) }, order(dice));
  if (dice.chance(0.5)) pen.call("get_customer", { id: dice.number(100, 999) }, { name: "Edda Ruiz", city: "Bonn" });
  pen.answer(filled(dice.pick(FACTS), dice));
}

export function filled(phrase: string, dice: Dice): string {
  return phrase.replaceAll("{id}", orderId(dice));
}

export function orderId(dice: Dice): string {
  return `W${dice.number(10_000, 99_999)}`;
}

export function order(dice: Dice) {
  return { status: dice.pick(["pending", "packed", "sent"]), total: dice.number(10, 400), items: dice.number(1, 5) };
}
