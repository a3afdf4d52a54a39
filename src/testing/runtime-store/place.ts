import { expect } from "vitest";
import { makeId } from "../sample-records.ts";

/** A place no store was opened at before. */
export const newPlace = () => `place-${makeId().toLowerCase()}`;

export const withCode = (code: string) => expect.objectContaining({ code });

/** Texts that not every database keeps. */
export const BAD_TEXTS = ["half \ud83d", "nul \u0000"] as const;
