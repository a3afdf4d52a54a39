import fc from "fast-check";
import type { ObservedSpan } from "../../domain/index.ts";
import { encodeTraceJson } from "./encode-json.ts";
import { encodeTraceProtobuf } from "./encode-protobuf.ts";
import { SPAN_ID, spanOf, TRACE_ID } from "./wire.test-kit.ts";

const attributes = {
  text: "plain – and not",
  whole: 3,
  half: 0.5,
  yes: true,
  nothing: null,
  list: ["a", 1, [true, 2.5]],
  object: { inner: { "a.b": "c" } },
  bytes: "AAEC",
};
const types = { "attributes.whole": "double", "attributes.bytes": "bytes" } as const;
const full: ObservedSpan = spanOf({
  parentSpanId: "00000000000000ff",
  traceState: "a=b",
  flags: 257,
  kind: 3,
  endNs: "1544712661000000000",
  attributes,
  events: [{ name: "e", timeNs: "5", attributes }],
  links: [{ traceId: TRACE_ID, spanId: SPAN_ID, attributes, flags: 1 }],
  status: { code: "error", message: "m" },
  scope: { name: "s", version: "1", attributes: { a: 1 }, schemaUrl: "u" },
  resourceSchemaUrl: "v",
  droppedCounts: { attributes: 1, events: 2, links: 3 },
  types,
});
const BASES: readonly (readonly ObservedSpan[])[] = [
  [full],
  [spanOf(), full, spanOf({ traceId: SPAN_ID })],
  [spanOf({ attributes })],
];

/** A field of a message, and where its bytes are a message again, the fields of that. */
interface Field {
  number: number;
  wireType: number;
  bytes: Buffer;
  fields?: Field[];
  /** Told instead of the true length. */
  length?: number;
}

type Schema = { readonly [number: number]: () => Schema };
const anyValue: Schema = { 5: () => ({ 1: () => anyValue }), 6: () => ({ 1: () => keyValue }) };
const keyValue: Schema = { 2: () => anyValue };
const bag = (number: number): Schema => ({ [number]: () => keyValue });
const span: Schema = { 9: () => keyValue, 11: () => bag(3), 13: () => bag(4), 15: () => ({}) };
const scopeSpans: Schema = { 1: () => bag(3), 2: () => span };
const request: Schema = { 1: () => ({ 1: () => bag(1), 2: () => scopeSpans }) };

function parse(bytes: Buffer, schema: Schema): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = varintAt(bytes, at);
    const wireType = tag & 7;
    const [length, start] = wireType === 2 ? varintAt(bytes, afterTag) : [0, afterTag];
    const end =
      wireType === 2
        ? start + length
        : wireType === 1
          ? start + 8
          : wireType === 5
            ? start + 4
            : varintAt(bytes, start)[1];
    const inner = schema[tag >>> 3];
    const content = bytes.subarray(start, end);
    fields.push({ number: tag >>> 3, wireType, bytes: content, ...(inner && { fields: parse(content, inner()) }) });
    at = end;
  }
  return fields;
}

function varintAt(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 128) {
    value += ((bytes[at] ?? 0) & 127) * factor;
    if ((bytes[at] ?? 0) < 128) return [value, at + 1];
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function serialize(fields: readonly Field[]): Buffer {
  const parts = fields.flatMap(({ number, wireType, bytes, fields: inner, length }) => {
    const content = inner === undefined ? bytes : serialize(inner);
    const tag = varint(number * 8 + wireType);
    return wireType === 2 ? [tag, varint(length ?? content.length), content] : [tag, content];
  });
  return Buffer.concat(parts);
}

/** Arrays in arrays, as AnyValue. */
function deepValue(depth: number): Buffer {
  let value = Buffer.from([10, 1, 120]);
  for (let level = 0; level < depth; level += 1) {
    const values = Buffer.concat([Buffer.from([10]), varint(value.length), value]);
    value = Buffer.concat([Buffer.from([42]), varint(values.length), values]);
  }
  return value;
}

const HOSTILE_BYTES = [
  Buffer.alloc(0),
  Buffer.alloc(11, 0xff),
  Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
  Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.from([0xc3, 0x28, 0xf0, 0x9f, 0x99]),
  Buffer.from([0xed, 0xa0, 0x80, 0x00]),
  Buffer.from("__proto__"),
  Buffer.from("constructor"),
  Buffer.alloc(16),
  Buffer.alloc(300, 0x0a),
  deepValue(10),
  deepValue(40),
  deepValue(2_000),
  Buffer.from([33, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]),
  Buffer.from([24, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
];
const NUMBERS = [0, 1, 2, 3, 9, 16, 1_000, 536_870_911];
const LENGTHS = [0, 1, 127, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 40];

interface Mutation {
  readonly kind: number;
  /** In [0, 1): which of what there is. */
  readonly where: number;
  readonly what: number;
}
const pick = <Item>(list: readonly Item[], where: number): Item => list[Math.floor(where * list.length)] as Item;

/** Every field with the list it is in. */
function places(fields: Field[]): { list: Field[]; index: number }[] {
  return fields.flatMap((field, index) => [{ list: fields, index }, ...places(field.fields ?? [])]);
}

function mutateFields(root: Field[], { kind, where, what }: Mutation): void {
  const all = places(root);
  if (all.length === 0) return;
  const { list, index } = pick(all, where);
  const field = list[index] as Field;
  const other = pick(list, what);
  if (kind === 0) list.splice(index, 1);
  else if (kind === 1) list.splice(Math.floor(what * list.length), 0, structuredCopy(field));
  else if (kind === 2) {
    list[list.indexOf(other)] = field;
    list[index] = other;
  } else if (kind === 3) field.number = pick(NUMBERS, what);
  else if (kind === 4) field.wireType = Math.floor(what * 8);
  else if (kind === 5) field.length = pick(LENGTHS, what);
  else {
    delete field.fields;
    field.bytes = pick(HOSTILE_BYTES, what);
  }
}

function structuredCopy(field: Field): Field {
  return { ...field, ...(field.fields && { fields: field.fields.map(structuredCopy) }) };
}

function mutateBytes(bytes: Buffer, { kind, where, what }: Mutation): Buffer {
  const at = Math.floor(where * bytes.length);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), pick(HOSTILE_BYTES, what), bytes.subarray(at)]);
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[at] = kind === 2 ? Math.floor(what * 256) : (copy[at] ?? 0) ^ (1 << Math.floor(what * 8));
  return copy;
}

const mutation = (kinds: number): fc.Arbitrary<Mutation> =>
  fc.record({ kind: fc.nat({ max: kinds - 1 }), where: unit, what: unit });
const unit = fc.nat({ max: 0xff_ffff }).map((value) => value / 0x100_0000);
const base = fc.nat({ max: BASES.length - 1 });

export interface ProtobufRecipe {
  readonly base: number;
  readonly ofFields: readonly Mutation[];
  readonly ofBytes: readonly Mutation[];
}

export const protobufRecipe: fc.Arbitrary<ProtobufRecipe> = fc.record({
  base,
  ofFields: fc.array(mutation(7), { maxLength: 5 }),
  ofBytes: fc.array(mutation(4), { maxLength: 2 }),
});

/** A request whose fields are dropped, doubled, swapped, renamed and lied about, then bytes of it broken. */
export function hostileProtobuf(recipe: ProtobufRecipe): Uint8Array {
  const fields = parse(Buffer.from(encodeTraceProtobuf(BASES[recipe.base] ?? [])), request);
  for (const each of recipe.ofFields) mutateFields(fields, each);
  return recipe.ofBytes.reduce(mutateBytes, serialize(fields));
}

const HOSTILE_JSON = [
  "null",
  "[]",
  "{}",
  "[[[]]]",
  "NaN",
  "-Infinity",
  "1e999",
  "-0",
  "1.5",
  "12345678901234567890123",
  "-9223372036854775809",
  '""',
  '"\\ud800"',
  '"__proto__"',
  '"\\u0000"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"intValue":1,"stringValue":"two","arrayValue":{"values":[{},null,5]}}',
  '{"doubleValue":"NaN"}',
  '{"bytesValue":"!!!"}',
  `${'{"arrayValue":{"values":['.repeat(40)}${"]}}".repeat(40)}`,
  "[".repeat(300),
  `${'{"a":'.repeat(300)}1${"}".repeat(300)}`,
  '"',
  '{"key":"a","key":"b","value":{"intValue":"7"},"value":{"boolValue":true}}',
];

/** Every place in a JSON text where a value begins and ends, by the parser's own word. */
function valueRanges(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  const opened: number[] = [];
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[[{]|[\]}]|[-\d.eE+]+|true|false|null/g)) {
    const [token, colon] = match;
    if (token === "[" || token === "{") opened.push(match.index);
    else if (token === "]" || token === "}") ranges.push({ start: opened.pop() ?? 0, end: match.index + 1 });
    else if (colon === undefined) ranges.push({ start: match.index, end: match.index + token.length });
  }
  return ranges;
}

function mutateJson(text: string, { kind, where, what }: Mutation): string {
  const { start, end } = pick(valueRanges(text), where) ?? { start: 0, end: text.length };
  const at = Math.floor(where * text.length);
  if (kind <= 2) return text.slice(0, start) + pick(HOSTILE_JSON, what) + text.slice(end);
  if (kind === 3) return `${text.slice(0, start)}${text.slice(start, end)},${text.slice(start)}`;
  if (kind === 4) return text.slice(0, at);
  if (kind === 5) return text.replace(/"(\w+)":/, `"__proto__":${pick(HOSTILE_JSON, what)},"$1":`);
  return text.slice(0, at) + pick(['"', "\\", "}", "]", ",", "\u0000", "\uD800", "9"], what) + text.slice(at + 1);
}

export interface JsonRecipe {
  readonly base: number;
  readonly mutations: readonly Mutation[];
}

export const jsonRecipe: fc.Arbitrary<JsonRecipe> = fc.record({
  base,
  mutations: fc.array(mutation(7), { maxLength: 4 }),
});

/** A request whose values are replaced and doubled, then characters of it broken. */
export function hostileJson({ base: index, mutations }: JsonRecipe): string {
  return mutations.reduce(mutateJson, encodeTraceJson(BASES[index] ?? []));
}
