import { AegisError } from "../kernel/index.ts";

/** @throws {AegisError} "stats.bad_option" unless 0 < value < 1 */
export function assertOpenProportion(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new AegisError("stats.bad_option", `${name} must lie between 0 and 1, not ${value}`, { details: { value } });
  }
}

/** @throws {AegisError} "stats.bad_option" unless 0 <= value <= 1 */
export function assertProportion(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new AegisError("stats.bad_option", `${name} must lie in [0, 1], not ${value}`, { details: { value } });
  }
}

/** @throws {AegisError} "stats.bad_option" unless value is an integer of at least 1 */
export function assertPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new AegisError("stats.bad_option", `${name} must be an integer from 1, not ${value}`, { details: { value } });
  }
}

/** @throws {AegisError} "stats.bad_sample" when there is no value, or one is not finite */
export function assertSample(name: string, values: readonly number[]): void {
  if (values.length === 0) throw new AegisError("stats.bad_sample", `${name} is empty`);
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new AegisError("stats.bad_sample", `${name}[${index}] is not a finite number`, { details: { index } });
  }
}

/** @throws {AegisError} "stats.bad_sample" when a value lies outside [0, 1] */
export function assertProbabilities(name: string, values: readonly number[]): void {
  const index = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (index >= 0) {
    throw new AegisError("stats.bad_sample", `${name}[${index}] is no probability: ${values[index]}`, {
      details: { index },
    });
  }
}
