import type { Dialect } from "./dialect.ts";
import { frameworks } from "./frameworks.ts";
import { genAi } from "./gen-ai.ts";
import { langfuse } from "./langfuse.ts";
import { openInference } from "./open-inference.ts";
import { openLlmetry } from "./open-llmetry.ts";
import { vercel } from "./vercel.ts";

/** The most particular first: where several read a field, the first of them wins. */
export const DIALECTS: readonly Dialect[] = [vercel, langfuse, openInference, openLlmetry, genAi, ...frameworks];
