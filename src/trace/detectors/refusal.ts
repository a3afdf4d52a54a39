import { cutText } from "../../check/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Scene } from "./scene.ts";

const FILTERED = /^(?:content[_-]?filter(?:ed)?|safety|refusal|recitation|blocklist|prohibited_content|spii)$/i;
/** What is refused is the request as such; "unable to help with changing this flight" is a no of the business. */
const OBJECT = String.raw`(?: you)?(?: with (?:that|this|it|your request|(?:that|this|your|such (?:an? )?)(?: \w+)? request|such (?:an? )?\w+|(?:creating|writing|generating|providing|producing)\b[^.!?\n]*))?(?=\s*(?:[.,;:!\n]|$|because\b|as\b|since\b))`;
const REFUSES = new RegExp(
  [
    String.raw`\bi(?:'m| am) (?:sorry,? (?:but )?i(?:'m| am) )?(?:unable|not able) to (?:help|assist|comply|engage)${OBJECT}`,
    String.raw`\bi (?:can't|cannot|can not|won't|will not) (?:help|assist|comply|engage)${OBJECT}`,
    String.raw`\b(?:against|violates?) (?:my|openai's|anthropic's|google's) (?:\w+ )?(?:guidelines|programming|polic(?:y|ies)|ethic\w*)`,
    String.raw`\bas an ai(?: language model| model| assistant)?,? i (?:can't|cannot|can not|am not able|am unable|won't|will not)\b`,
    String.raw`\bi (?:must|have to) (?:decline|refuse)\b`,
  ].join("|"),
  "i",
);
/** An offer of something else than what cannot be done is no refusal of the request. */
const ABOUT_OTHERS = /\b(?:anything|something) else\b/i;

/** The model did not want to, or its provider did not let it. */
export const refusal: Detector = {
  name: "refusal",
  summary: "The model refused the request, or a content filter stopped its answer.",
  severity: "low",
  cannotSee:
    'Whether the refusal was right, and refusals in other languages than English. A no for a reason of the business ("this order cannot be cancelled") is none.',
  find: (scene) => [...filterSightings(scene), ...scene.answers.flatMap(({ seq, text }) => wordSighting(seq, text))],
};

function filterSightings({ events }: Scene): Sighting[] {
  return events.flatMap((event): Sighting[] => {
    if (event.type !== "model.returned" || event.finishReason === undefined) return [];
    if (!FILTERED.test(event.finishReason)) return [];
    const explanation = `The model's answer was stopped: ${cutText(event.finishReason)}.`;
    return [{ severity: "low", explanation, evidence: [event.seq] }];
  });
}

function wordSighting(seq: number, text: string): Sighting[] {
  const match = REFUSES.exec(text.replaceAll("\u2019", "'"));
  if (!match) return [];
  const sentence = text.slice(match.index).split(/[.!?\n]/, 1)[0] ?? "";
  if (ABOUT_OTHERS.test(sentence)) return [];
  return [{ severity: "low", explanation: `The answer refuses: "${cutText(sentence)}"`, evidence: [seq] }];
}
