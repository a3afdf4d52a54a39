import { cutText } from "../../check/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import { isSameRequest, requestWords } from "./same-request.ts";
import type { Scene } from "./scene.ts";

/** Below this, an outcome was a bad one. */
const BAD_SCORE = 0.5;

/** What looked done was not: it came back. */
export const reopened: Detector = {
  name: "reopened",
  summary: "What the run settled came back: a bad outcome was reported, or the user asked the same again later.",
  severity: "high",
  cannotSee:
    "Outcomes that nobody reports, and a request that comes back in quite different words. It is only as good as the feedback and the sessions it is given.",
  find: (scene) => [...outcomeSightings(scene), ...requestSightings(scene)],
};

function outcomeSightings({ run, answers, ended }: Scene): Sighting[] {
  const bad = (run.feedback ?? []).filter(({ kind, score }) => kind === "outcome" && score < BAD_SCORE);
  const end = answers.at(-1)?.seq ?? ended?.seq;
  return bad.map(({ name, by, comment }) => ({
    severity: "high",
    explanation: `Afterwards ${cutText(by)} reported ${cutText(name)}${comment ? `: "${cutText(comment)}"` : ""}.`,
    evidence: end === undefined ? [] : [end],
  }));
}

function requestSightings({ run, requests, answers }: Scene): Sighting[] {
  const later = (run.laterRequests ?? []).map(requestWords);
  if (later.length === 0) return [];
  const again = requests.find(({ text }) => {
    const words = requestWords(text);
    return later.some((request) => isSameRequest(words, request));
  });
  if (!again) return [];
  const answer = answers.find(({ seq }) => seq > again.seq);
  return [
    {
      severity: "medium",
      explanation: `In a later run of the session the user asked the same again: "${cutText(again.text)}"`,
      evidence: answer ? [again.seq, answer.seq] : [again.seq],
    },
  ];
}
