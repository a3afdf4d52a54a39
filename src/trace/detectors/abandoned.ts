import { cutText, eventsOfCall, natureOf, stanceOf } from "../../check/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Said, Scene } from "./scene.ts";

/** How people say that they are done. English. */
const CLOSING =
  /^\W*(?:ok(?:ay)?|great|perfect|thanks?|thank you|thx|cheers|bye|goodbye|good ?night|take care|that(?:'s| is| will be| would be) (?:all|it|everything)|no,? (?:that(?:'s| is) (?:all|it)|thanks?|thank you|i'm good)|nothing else|you too|all (?:good|set)|have a (?:good|great|nice))\b/i;
const CLOSING_END = /\b(?:thank you|thanks|bye|goodbye)\b[^?]{0,60}$/i;
/** How programs that play users say it: `###STOP###`. */
const STOP_MARK = /#{2,}\s*[A-Z][A-Z _-]*#{2,}\s*$/;
const MARK_CHARACTERS_MAX = 100;
const CLOSING_CHARACTERS_MAX = 400;
const ADMISSIONS_MIN = 2;

/** A user who got no answer, or who was told again and again that it does not work, and left. */
export const abandoned: Detector = {
  name: "abandoned",
  summary: "The user's last message was never answered, or the user left after being told repeatedly that it failed.",
  severity: "medium",
  cannotSee:
    "A user who left content without a word, or unhappy without one. That somebody says goodbye, and that an answer admits a failure, is read from English words.",
  find: (scene) => {
    const request = scene.requests.at(-1);
    if (!request || scene.ended?.outcome === "cancelled" || isHandedOver(scene)) return [];
    const answer = scene.answers.at(-1);
    if (!answer || answer.seq < request.seq) return isClosing(request.text) ? [] : [unanswered(request, scene)];
    return leftAfterFailures(scene);
  },
};

function isHandedOver({ calls, declarations }: Scene): boolean {
  return calls.some((call) => call.failure === null && natureOf(call.tool, declarations) === "hands over");
}

function isClosing(text: string): boolean {
  if (STOP_MARK.test(text.slice(-MARK_CHARACTERS_MAX))) return true;
  if (text.length > CLOSING_CHARACTERS_MAX || text.includes("?")) return false;
  const plain = text.replaceAll("\u2019", "'");
  return CLOSING.test(plain) || CLOSING_END.test(plain);
}

function unanswered(request: Said, { ended, calls }: Scene): Sighting {
  const lastCall = calls.at(-1);
  const how = ended && ended.outcome !== "answered" ? `; the run ended as ${ended.outcome}` : "";
  return {
    // A log that tells of no end may be of a part of the work.
    severity: ended ? "medium" : "low",
    explanation: `Nothing answered the user's last message${how}: "${cutText(request.text)}"`,
    evidence: [
      request.seq,
      ...(lastCall && lastCall.called.seq > request.seq ? eventsOfCall(lastCall) : []),
      ...(ended ? [ended.seq] : []),
    ],
  };
}

/** The last answers admit failure, one after the other, and nobody came back after them. */
function leftAfterFailures({ answers, requests }: Scene): Sighting[] {
  if (requests.length < ADMISSIONS_MIN || answers.length < ADMISSIONS_MIN) return [];
  const admissions: Said[] = [];
  for (const answer of answers.toReversed()) {
    const stance = stanceOf(answer.text);
    if (!stance.admitsFailure || stance.claimsSuccess) break;
    admissions.push(answer);
  }
  if (admissions.length < ADMISSIONS_MIN) return [];
  const explanation = `The user left after the last ${admissions.length} answers each said that something did not work.`;
  return [{ severity: "low", explanation, evidence: admissions.map(({ seq }) => seq) }];
}
