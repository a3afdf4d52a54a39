import { compareByCodePoint, isObject, type Value, type ValueObject } from "./value.ts";
import { literal } from "./value-text.ts";

/**
 * A tool did not do what it was asked: it refused, or ended with an exception. Both read `Error: ` and the text.
 * A refusal comes before any change; what an exception had already changed stays changed.
 */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
}

/** What Python's type names itself in its exception texts. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (isObject(value)) return "dict";
  const names = { string: "str", bigint: "int", number: "float", boolean: "bool" } as const;
  return names[typeof value as keyof typeof names];
}

/** `container[key]` for a text key. */
export function memberOf(container: Value | undefined, key: string): Value {
  if (isObject(container)) {
    const member = container.get(key);
    if (member === undefined) throw new ToolFailure(literal(key));
    return member;
  }
  const value = container ?? null;
  if (typeof value === "string") throw new ToolFailure("string indices must be integers, not 'str'");
  if (Array.isArray(value)) throw new ToolFailure("list indices must be integers or slices, not str");
  throw new ToolFailure(`'${typeName(value)}' object is not subscriptable`);
}

/** `object[key]` for a key of any type, as agents may pass one. */
export function entryOf(object: ValueObject, key: Value): Value {
  const member = findEntry(object, key);
  if (member === undefined) throw new ToolFailure(literal(key));
  return member;
}

/** `object.get(key)`: numbers, booleans and null are never found, lists and objects cannot even be looked for. */
export function findEntry(object: ReadonlyMap<string, Value>, key: Value): Value | undefined {
  const text = textKey(key);
  return text === undefined ? undefined : object.get(text);
}

/** The text of an id, or undefined for a value no id equals. */
export function textKey(key: Value): string | undefined {
  if (Array.isArray(key) || isObject(key)) throw new ToolFailure(`unhashable type: '${typeName(key)}'`);
  return typeof key === "string" ? key : undefined;
}

export function objectMember(container: Value | undefined, key: string): ValueObject {
  const member = memberOf(container, key);
  if (!isObject(member)) throw new ToolFailure(`'${typeName(member)}' object is not subscriptable`);
  return member;
}

/** `iter(value)`: the items of a list, the keys of an object, the characters of a text. */
export function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return [...value];
  if (isObject(value)) return [...value.keys()];
  throw new ToolFailure(`'${typeName(value)}' object is not iterable`);
}

export function lengthOf(value: Value): bigint {
  if (Array.isArray(value)) return BigInt(value.length);
  if (isObject(value)) return BigInt(value.size);
  if (typeof value === "string") return BigInt([...value].length);
  throw new ToolFailure(`object of type '${typeName(value)}' has no len()`);
}

/** How often a list holds an item. */
export function countOf(items: Value, item: Value): number {
  if (typeof items === "string") return items.split(String(item)).length - 1;
  if (!Array.isArray(items)) throw new ToolFailure(`'${typeName(items)}' object has no attribute 'count'`);
  return items.filter((other) => isEqual(other, item)).length;
}

/** `sorted(items)`, a new list. */
export function sorted(items: readonly Value[]): Value[] {
  return items.toSorted((left, right) => {
    if (typeof left === "string" && typeof right === "string") return compareByCodePoint(left, right);
    return isLess(left, right) ? -1 : Number(isLess(right, left));
  });
}

/** `list.append(item)`. A booking keeps the list it was given, so what is appended to may be anything. */
export function append(list: Value, item: Value): void {
  if (!Array.isArray(list)) throw new ToolFailure(`'${typeName(list)}' object has no attribute 'append'`);
  list.push(item);
}

export function lowerCase(value: Value): string {
  if (typeof value !== "string") throw new ToolFailure(`'${typeName(value)}' object has no attribute 'lower'`);
  return value.toLowerCase();
}

/** `left == right`: numeric across ints, floats and booleans, otherwise by content. */
export function isEqual(left: Value, right: Value): boolean {
  if (isNumeric(left) && isNumeric(right)) return toNumeric(left) == toNumeric(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
  }
  if (isObject(left) && isObject(right)) {
    return (
      left.size === right.size &&
      [...left].every(([key, member]) => right.has(key) && isEqual(member, right.get(key) ?? null))
    );
  }
  return left === right;
}

export function isLess(left: Value, right: Value): boolean {
  if (isNumeric(left) && isNumeric(right)) return toNumeric(left) < toNumeric(right);
  throw new ToolFailure(`'<' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
}

export type Operator = "+" | "-" | "*";

/**
 * `left operator right`: ints stay exact, anything with a float is a float.
 * @param written how the source spelled it (`+=`), because the exception text repeats it
 */
export function arithmetic(left: Value, operator: Operator, right: Value, written: string = operator): bigint | number {
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new ToolFailure(`unsupported operand type(s) for ${written}: '${typeName(left)}' and '${typeName(right)}'`);
  }
  const [a, b] = [toNumeric(left), toNumeric(right)];
  if (typeof a === "bigint" && typeof b === "bigint")
    return operator === "+" ? a + b : operator === "-" ? a - b : a * b;
  const [x, y] = [toFloat(a), toFloat(b)];
  return operator === "+" ? x + y : operator === "-" ? x - y : x * y;
}

export function negative(value: Value): bigint | number {
  if (!isNumeric(value)) throw new ToolFailure(`bad operand type for unary -: '${typeName(value)}'`);
  return -toNumeric(value);
}

export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === "bigint" && !Number.isFinite(float)) throw new ToolFailure("int too large to convert to float");
  return float;
}

/** Rounds the exact binary value to hundredths; the few exact ties go to the even hundredth. */
export function roundToCents(value: bigint | number): bigint | number {
  if (typeof value === "bigint") return value;
  if (!(Math.abs(value) < 1e21) || value === 0) return value;
  const eighths = value * 8;
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return Number(value.toFixed(2));
  const below = (25n * BigInt(eighths) - 1n) / 2n;
  const even = below % 2n === 0n ? below : below + 1n;
  return even === 0n && value < 0 ? -0 : Number(`${even}e-2`);
}

function isNumeric(value: Value): value is bigint | number | boolean {
  return typeof value === "bigint" || typeof value === "number" || typeof value === "boolean";
}

function toNumeric(value: bigint | number | boolean): bigint | number {
  return typeof value === "boolean" ? BigInt(value) : value;
}
