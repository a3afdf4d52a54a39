import { findLeaks } from "../../check/index.ts";
import { secretsByShape } from "../../network/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import { maskValue, personalValuesIn } from "./personal-data.ts";
import type { Said, Scene } from "./scene.ts";

const HIDDEN = /\[redacted:([a-z0-9-]+):\d+\]/;

/** Data that may not be shown to this user, and secrets that may be shown to nobody. */
export const restrictedData: Detector = {
  name: "restricted-data",
  summary: "Passes on data whose label the user has no grant for, or shows a secret or personal number in an answer.",
  severity: "high",
  cannotSee:
    "Restricted data in the model's own words, names, addresses and mail addresses, and labels where the log does not say who the user is. Secrets are known by their form, personal numbers are card numbers, IBANs and US social security numbers; whose they are is not known.",
  find: (scene) => [...labelSightings(scene), ...scene.answers.flatMap((answer) => shownIn(answer, scene))],
};

function labelSightings({ events, calls }: Scene): Sighting[] {
  if (!calls.some(({ returned }) => (returned?.labels?.length ?? 0) > 0)) return [];
  const grants = events.find((event) => event.type === "run.started")?.user?.grants;
  if (!grants) return [];
  return findLeaks({ events, calls, grants }).map(({ what, where, seqs }) => ({
    severity: "high",
    explanation: `${what}, which the user has no grant for, went ${where}.`,
    evidence: seqs,
  }));
}

function shownIn({ seq, text }: Said, scene: Scene): Sighting[] {
  const isOwn = (value: string) => scene.requests.some((said) => said.seq < seq && said.text.includes(value));
  const secrets = secretsByShape(text).filter(({ secret }) => !isOwn(secret));
  const hidden = text.includes("[redacted:") ? HIDDEN.exec(text) : null;
  const kinds = [...secrets.map(({ kind }) => kind), ...(hidden?.[1] === undefined ? [] : [hidden[1]])];
  const personal = personalValuesIn(text).filter((value) => !isOwn(value.text));
  return [
    ...kinds.slice(0, 1).map((kind): Sighting => {
      const explanation = `The answer holds what looks like a secret (${kind}).`;
      return { severity: "high", explanation, evidence: [seq] };
    }),
    ...personal.slice(0, 1).map((value): Sighting => {
      const explanation = `The answer shows a ${value.kind} that the user did not give: ${maskValue(value.text)}`;
      return { severity: "medium", explanation, evidence: [seq] };
    }),
  ];
}
