import { cutText } from "../../check/index.ts";
import type { Detector, Sighting } from "./detector.ts";
import type { Said, Scene } from "./scene.ts";

/** How providers say that the answer met the limit of tokens. */
const LENGTH =
  /^(?:length|max_?(?:output_?)?tokens|token_limit|incomplete|model_length|model_context_window_exceeded)$/i;
/** Words no English sentence ends with. */
const OPEN_WORD =
  /\b(?:the|an|and|or|but|of|to|with|your|our|my|because|if|which|is|are|was|were|will|from|than|as|at|by|into|between)$/i;
const CHARACTERS_MIN = 80;

/** The user was shown an answer that was cut off. */
export const truncatedAnswer: Detector = {
  name: "truncated-answer",
  summary: "The answer was cut off: by the limit of tokens, or in the middle of a sentence.",
  severity: "medium",
  cannotSee:
    "A cut that falls on the end of a sentence where the finish reason was not told. Ends of sentences are read as in English; lists, headings and code that end without a full stop are let pass.",
  find: (scene) => {
    const limited = lengthSightings(scene);
    const seen = new Set(limited.flatMap(({ evidence }) => evidence));
    return [...limited, ...scene.answers.filter(({ seq }) => !seen.has(seq)).flatMap(cutSighting)];
  },
};

/** What reached the user: the last answer of the model before a message, or the last at all. */
function lengthSightings({ events, answers }: Scene): Sighting[] {
  const sightings: Sighting[] = [];
  let limited: { readonly seq: number; readonly reason: string; readonly text: string } | undefined;
  const answerSeqs = new Set(answers.map(({ seq }) => seq));
  for (const event of events) {
    if (event.type === "model.returned") {
      const { finishReason, message, seq } = event;
      const isCut = finishReason !== undefined && LENGTH.test(finishReason);
      limited = isCut ? { seq, reason: finishReason, text: message?.content ?? "" } : undefined;
    }
    if (!limited || !answerSeqs.has(event.seq)) continue;
    sightings.push(limitSighting(limited, event.seq));
    limited = undefined;
  }
  return limited ? [...sightings, limitSighting(limited, limited.seq)] : sightings;
}

function limitSighting(
  cut: { readonly seq: number; readonly reason: string; readonly text: string },
  seq: number,
): Sighting {
  const end = cut.text === "" ? "" : `: "...${cutText(cut.text.slice(-60))}"`;
  const explanation = `The model stopped because of the limit of tokens (${cutText(cut.reason)}), and the answer ends there${end}`;
  return { severity: "medium", explanation, evidence: [cut.seq, seq] };
}

function cutSighting({ seq, text }: Said): Sighting[] {
  const end = text.trimEnd();
  if (end.length < CHARACTERS_MIN) return [];
  const lastLine = end.slice(end.lastIndexOf("\n") + 1).trim();
  const fences = end.includes("```") ? (end.match(/^```/gm)?.length ?? 0) : 0;
  const isCut =
    fences % 2 === 1 || /[,;(]$/.test(end) || OPEN_WORD.test(lastLine.slice(-20)) || breaksOff(end, lastLine);
  if (!isCut) return [];
  return [
    { severity: "low", explanation: `The answer ends in the middle: "...${cutText(end.slice(-60))}"`, evidence: [seq] },
  ];
}

/** A long line of sentences whose last one has no end. */
function breaksOff(text: string, lastLine: string): boolean {
  if (!/[\p{Ll}]$/u.test(lastLine) || lastLine.length < CHARACTERS_MIN) return false;
  if (/^(?:[-*+#>|]|\d+[.)])\s/.test(lastLine) || /https?:\/\/\S*$/.test(lastLine) || text.startsWith("{"))
    return false;
  return /[.!?]\s+\S/.test(lastLine);
}
