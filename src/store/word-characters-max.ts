/** A longer word is known by its beginning: databases refuse endless ones. */
export const WORD_CHARACTERS_MAX = 64;
