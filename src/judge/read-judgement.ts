import { z } from "zod";

/** What a judging model wrote, once it is understood; quotes are not yet verified. */
export interface Judgement {
  readonly score: number;
  readonly reason: string;
  readonly quotes: readonly { readonly event: number | null; readonly text: string }[];
}

/** @returns a sentence on what is wrong when the text is no judgement */
export function readJudgement(text: string): Judgement | string {
  const object = findObject(text);
  if (object === undefined) return "The judge's answer holds no JSON object";
  const parsed = judgementSchema.safeParse(object);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `The judge's answer has a bad ${issue?.path.join(".") || "form"}: ${issue?.message ?? "unknown"}`;
}

const quoteSchema = z.union([
  z.string().transform((text) => ({ event: null, text })),
  z
    .looseObject({ event: z.number().nullish(), text: z.string() })
    .transform(({ event, text }) => ({ event: event ?? null, text })),
]);

const judgementSchema = z.looseObject({
  score: z.number().min(0).max(1),
  reason: z.string(),
  quotes: z
    .array(quoteSchema)
    .nullish()
    .transform((quotes) => quotes ?? []),
});

/** Models wrap JSON into fences and sentences. Two objects are none: it would be a guess which one is meant. */
function findObject(text: string): unknown {
  const fenced = /```(?:json)?\s*([^]*?)```/i.exec(text)?.[1];
  const bare = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return [text, fenced ?? "", bare].map(parseObject).find((value) => value !== undefined);
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
