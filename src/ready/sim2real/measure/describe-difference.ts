import { massQuantile, observedWeights, wassersteinDistance } from "../../../stats/index.ts";
import type { Dimension } from "../dimensions/dimension.ts";
import { sayShare } from "../say.ts";
import { type DimensionSample, runWeights } from "./dimension-sample.ts";
import { type Profile, sideMasses } from "./profile.ts";

interface Masses {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

export interface Difference {
  readonly text: string;
  readonly factor: number | null;
}

/** What differs most, evals first, with figures of both sides. */
export function describeDifference({ dimension, profile, unitOf, countA, countB }: DimensionSample): Difference {
  const silent = [...(countA === 0 ? ["eval"] : []), ...(countB === 0 ? ["production"] : [])];
  if (silent.length > 0) return { text: `no ${silent.join(" and no ")} run tells`, factor: null };
  const units = observedWeights({ countA, countB });
  const masses = {
    a: sideMasses(profile, runWeights(unitOf, units.a))!,
    b: sideMasses(profile, runWeights(unitOf, units.b))!,
  };
  if (dimension.kind === "numbers") return describeNumbers(dimension, profile, masses);
  return {
    text: dimension.kind === "things" ? describeThings(profile, masses) : describeShares(profile, masses),
    factor: null,
  };
}

const TOLD_MAX = 3;
/** Smaller changes of a share are not worth a word. */
const TOLD_CHANGE = 0.01;

function describeShares({ labels }: Profile, { a, b }: Masses): string {
  const all = changesOf(labels, { a, b });
  const clear = all.filter(({ from, to }) => Math.abs(from - to) >= TOLD_CHANGE).slice(0, TOLD_MAX);
  const changes = clear.length > 0 ? clear : all.slice(0, 1);
  if (changes.length === 0) return "the same shares";
  return changes.map(({ label, from, to }) => `${cut(label)} ${sayShare(from)} -> ${sayShare(to)}`).join(", ");
}

function describeThings({ labels }: Profile, { a, b }: Masses): string {
  const all = changesOf(labels, { a, b });
  if (all.length === 0) return `the same: ${labels.length} in common`;
  const only = all.filter(({ from, to }) => from === 0 || to === 0);
  const missing = only.filter(({ from }) => from === 0);
  const extra = only.filter(({ to }) => to === 0);
  const parts = [
    ...named(
      "only in production",
      missing.map(({ label }) => label),
    ),
    ...named(
      "only in evals",
      extra.map(({ label }) => label),
    ),
    ...(only.length === 0
      ? all.slice(0, TOLD_MAX).map(({ label, from, to }) => `"${cut(label)}" ${sayShare(from)} -> ${sayShare(to)}`)
      : []),
  ];
  return parts.join("; ");
}

function named(where: string, labels: readonly string[]): string[] {
  if (labels.length === 0) return [];
  const shown = labels.slice(0, 2).map((label) => `"${cut(label)}"`);
  const rest = labels.length - shown.length;
  return [`${where}: ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`];
}

function changesOf(labels: readonly string[], { a, b }: Masses) {
  return labels
    .map((label, index) => ({ label, from: a[index]!, to: b[index]! }))
    .filter(({ from, to }) => Math.abs(from - to) > 1e-9)
    .toSorted((left, right) => Math.abs(right.to - right.from) - Math.abs(left.to - left.from));
}

function describeNumbers(
  dimension: Dimension & { kind: "numbers" },
  { points }: Profile,
  { a, b }: Masses,
): Difference {
  const { say, unit } = dimension;
  const at = (masses: Float64Array, q: number) => say(massQuantile({ points, masses }, q));
  const parts = [
    { name: "median", from: at(a, 0.5), to: at(b, 0.5) },
    { name: "p95", from: at(a, 0.95), to: at(b, 0.95) },
  ].map(({ name, from, to }) => `${name} ${from === to ? `${from} on both` : `${from} -> ${to}`}`);
  const text = `${parts.join(", ")}${unit === "" ? "" : ` (${unit})`}`;
  const logs = points.map((point) => Math.log1p(Math.max(0, point)));
  return { text, factor: Math.exp(wassersteinDistance({ points: logs, a, b })) };
}

const LABEL_LENGTH_MAX = 60;

function cut(label: string): string {
  return label.length > LABEL_LENGTH_MAX ? `${label.slice(0, LABEL_LENGTH_MAX - 1).toWellFormed()}…` : label;
}
