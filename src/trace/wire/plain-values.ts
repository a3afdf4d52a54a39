import { isJsonObject, type Json, LIMITS } from "../../kernel/index.ts";
import { objectOf, textOf } from "./json-fields.ts";
import { setMember, type SpanIntake } from "./span-intake.ts";

/** Copies attributes that came as plain JSON, within the limits that hold for all spans. */
export class PlainValues {
  readonly #intake: SpanIntake;

  constructor(intake: SpanIntake) {
    this.#intake = intake;
  }

  name(value: Json | undefined): string {
    return this.#intake.limited(textOf(value, "a name"), LIMITS.spanNameBytesMax);
  }

  text(value: Json | undefined): string {
    return this.#intake.limited(textOf(value, "a text"), LIMITS.spanTextBytesMax);
  }

  object(value: Json | undefined, depth = 0): Record<string, Json> {
    const copy: Record<string, Json> = {};
    for (const [key, member] of Object.entries(objectOf(value, "attributes") ?? {})) {
      if (this.#intake.takeValue()) setMember(copy, this.name(key), this.#copy(member ?? null, depth));
    }
    return copy;
  }

  #copy(value: Json, depth: number): Json {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= LIMITS.spanValueDepthMax) return this.#intake.tooDeep();
    if (isJsonObject(value)) return this.object(value, depth + 1);
    return value.flatMap((each) => (this.#intake.takeValue() ? [this.#copy(each, depth + 1)] : []));
  }
}
