/** "p = 0.016", "p < 0.001" */
export function sayP(pValue: number): string {
  return pValue < 0.001 ? "p < 0.001" : `p = ${trim(pValue.toFixed(3))}`;
}

/** "0.85" */
export function sayRate(rate: number): string {
  return rate.toFixed(2);
}

/** "+0.10", "-0.38", "0.00" */
export function sayChange(change: number): string {
  const text = change.toFixed(2);
  return Number(text) === 0 ? "0.00" : change > 0 ? `+${text}` : text;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Takes off what floating point added: thirds of three trials are equal then. */
export function round(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}

function trim(text: string): string {
  return text.replace(/\.?0+$/, "");
}
