const ZEROS = /^0*$/;
const HEX = /^[0-9a-f]+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** @param id hexadecimal, or empty */
export function isTraceId(id: string): boolean {
  return (id.length === 32 || id.length === 16) && !ZEROS.test(id);
}

/** @param id hexadecimal, or empty */
export function isSpanId(id: string): boolean {
  return id.length === 16 && !ZEROS.test(id);
}

/** Some senders say with zeros that there is no parent. */
export function isNoParent(id: string): boolean {
  return (id.length === 0 || id.length === 16) && ZEROS.test(id);
}

/**
 * An id as JSON tells it, in lower-case hexadecimal: hexadecimal in either case, with or without 0x, base64 of 16 or 8
 * bytes as proto3's own JSON has it, or a whole number that is exact.
 * @param digits how many the id has where only its value is told (0x, number)
 * @returns empty for an empty text, and what no id is ("-") where it is none of these
 */
export function hexOfId(told: string | number, digits: 16 | 32): string {
  if (typeof told === "number") {
    return Number.isSafeInteger(told) && told >= 0 ? told.toString(16).padStart(digits, "0") : "-";
  }
  if (told === "") return "";
  if (told.startsWith("0x")) return HEX.test(told.slice(2)) ? told.slice(2).toLowerCase().padStart(digits, "0") : "-";
  if (told.length === 32 || told.length === 16) return HEX.test(told) ? told.toLowerCase() : "-";
  // 16 bytes are 22 characters of base64 and two to fill up, 8 bytes are 11 and one.
  if (![22, 24, 11, 12].includes(told.length) || !BASE64.test(told)) return "-";
  const hex = Buffer.from(told, "base64").toString("hex");
  return hex.length === 32 || hex.length === 16 ? hex : "-";
}

/** OTLP knows trace ids of 128 bits only: shorter ones get zeros in front, as is custom. */
export function wireTraceId(id: string): string {
  return id.padStart(32, "0");
}
