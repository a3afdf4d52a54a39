/**
 * Effects are numbered from 0 in the order in which the run makes them. Those made inside another effect (a tool that
 * asks a model) count apart: when the outer one is answered from the log, they are not made again.
 */
const EFFECTS_INSIDE_MAX = 1_000_000;

/** The number of the first effect made inside this one. */
export function firstEffectInside(effect: number): number {
  return (effect + 1) * EFFECTS_INSIDE_MAX;
}

/** The effect this one was made inside of; undefined for one the run made itself. */
export function effectAround(effect: number): number | undefined {
  return effect < EFFECTS_INSIDE_MAX ? undefined : Math.floor(effect / EFFECTS_INSIDE_MAX) - 1;
}
