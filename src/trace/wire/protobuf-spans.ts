import type { ObservedSpan, ObservedSpanEvent, ObservedSpanLink } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";
import type { ProtobufValues } from "./protobuf-values.ts";
import { setTold, statusOf } from "./span-fields.ts";
import { isNoParent, isSpanId, isTraceId } from "./span-ids.ts";
import type { Draft, DroppedDraft, SpanIntake, SpanOrigin } from "./span-intake.ts";

interface SpansOptions {
  readonly reader: ProtobufReader;
  readonly values: ProtobufValues;
  readonly intake: SpanIntake;
}

/** Reads spans with their events, links and status, one method per message. A case is number * 8 + wire type. */
export class ProtobufSpans {
  readonly #reader: ProtobufReader;
  readonly #values: ProtobufValues;
  readonly #intake: SpanIntake;
  /** Of the span that is being read. */
  #attributes: Record<string, Json> = {};
  #events: ObservedSpanEvent[] = [];
  #links: ObservedSpanLink[] = [];
  #dropped: DroppedDraft = {};

  constructor({ reader, values, intake }: SpansOptions) {
    this.#reader = reader;
    this.#values = values;
    this.#intake = intake;
  }

  span(end: number, origin: SpanOrigin): void {
    const reader = this.#reader;
    if (!this.#intake.beginSpan()) {
      reader.at = end;
      return;
    }
    this.#intake.beginValues();
    this.#attributes = {};
    this.#events = [];
    this.#links = [];
    this.#dropped = {};
    const { resource } = origin;
    const span: Draft<ObservedSpan> = {
      traceId: "",
      spanId: "",
      name: "",
      startNs: "0",
      attributes: this.#attributes,
      resource,
    };
    while (reader.isInside(end)) this.#field(span, end);
    if (this.#events.length > 0) span.events = this.#events;
    if (this.#links.length > 0) span.links = this.#links;
    this.#intake.accept(span, { origin, dropped: this.#dropped });
  }

  #field(span: Draft<ObservedSpan>, end: number): void {
    const reader = this.#reader;
    const tag = reader.tag();
    switch (tag) {
      case 10:
        span.traceId = reader.traceId(reader.end(end));
        break;
      case 18:
        span.spanId = reader.hex(reader.end(end));
        break;
      case 26:
        setTold(span, "traceState", this.#values.name(reader.end(end)));
        break;
      case 34:
        this.#parent(span, reader.parentId(reader.end(end)));
        break;
      case 42:
        span.name = this.#values.name(reader.end(end), true);
        break;
      case 48:
        setTold(span, "kind", Math.max(0, reader.int32()));
        break;
      case 57:
        span.startNs = reader.fixed64();
        break;
      case 65:
        this.#end(span, reader.fixed64());
        break;
      case 74:
        this.#attribute(reader.end(end));
        break;
      case 80:
        this.#addDropped("attributes", reader.count());
        break;
      case 90:
        this.#event(reader.end(end));
        break;
      case 96:
        this.#addDropped("events", reader.count());
        break;
      case 106:
        this.#link(reader.end(end));
        break;
      case 112:
        this.#addDropped("links", reader.count());
        break;
      case 122:
        this.#status(span, reader.end(end));
        break;
      case 133:
        setTold(span, "flags", reader.fixed32());
        break;
      default:
        reader.skip(tag, end);
    }
  }

  #parent(span: Draft<ObservedSpan>, id: string): void {
    setTold(span, "parentSpanId", isNoParent(id) ? "" : id);
  }

  #end(span: Draft<ObservedSpan>, ns: string): void {
    setTold(span, "endNs", ns === "0" ? "" : ns);
  }

  #attribute(end: number): void {
    this.#intake.notes.enter("attributes");
    if (!this.#values.keyValue(this.#attributes, end)) this.#addDropped("attributes", 1);
    this.#intake.notes.leave();
  }

  #addDropped(what: keyof DroppedDraft, count: number): void {
    if (count > 0) this.#dropped[what] = (this.#dropped[what] ?? 0) + count;
  }

  #event(end: number): void {
    const reader = this.#reader;
    if (!this.#intake.takeValue()) {
      reader.at = end;
      this.#addDropped("events", 1);
      return;
    }
    const attributes: Record<string, Json> = {};
    const event: Draft<ObservedSpanEvent> = { name: "", timeNs: "0", attributes };
    let droppedCount = 0;
    this.#enter("events", this.#events.length);
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 9) event.timeNs = reader.fixed64();
      else if (tag === 18) event.name = this.#values.name(reader.end(end), true);
      else if (tag === 26) droppedCount += this.#values.keyValue(attributes, reader.end(end)) ? 0 : 1;
      else if (tag === 32) droppedCount += reader.count();
      else reader.skip(tag, end);
    }
    this.#leave();
    setTold(event, "droppedAttributesCount", droppedCount);
    this.#events.push(event);
  }

  /** A link that leads nowhere is left out and counted. */
  #link(end: number): void {
    const reader = this.#reader;
    const link: Draft<ObservedSpanLink> = { traceId: "", spanId: "" };
    const attributes: Record<string, Json> = {};
    let droppedCount = 0;
    const hasRoom = this.#intake.takeValue();
    this.#enter("links", this.#links.length);
    while (hasRoom && reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) link.traceId = reader.hex(reader.end(end));
      else if (tag === 18) link.spanId = reader.hex(reader.end(end));
      else if (tag === 26) setTold(link, "traceState", this.#values.name(reader.end(end)));
      else if (tag === 34) {
        link.attributes = attributes;
        droppedCount += this.#values.keyValue(attributes, reader.end(end)) ? 0 : 1;
      } else if (tag === 40) droppedCount += reader.count();
      else if (tag === 53) setTold(link, "flags", reader.fixed32());
      else reader.skip(tag, end);
    }
    this.#leave();
    reader.at = end;
    setTold(link, "droppedAttributesCount", droppedCount);
    if (isTraceId(link.traceId) && isSpanId(link.spanId)) {
      this.#links.push(link);
      return;
    }
    this.#addDropped("links", 1);
    this.#intake.notes.forget(`links.${this.#links.length}.`);
  }

  #status(span: Draft<ObservedSpan>, end: number): void {
    const reader = this.#reader;
    let message = "";
    let code = 0;
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 18) message = this.#values.text(reader.end(end));
      else if (tag === 24) code = reader.int32();
      else reader.skip(tag, end);
    }
    const status = statusOf(code, message);
    if (status !== undefined) span.status = status;
  }

  #enter(list: "events" | "links", index: number): void {
    const { notes } = this.#intake;
    notes.enter(list);
    notes.enter(index);
    notes.enter("attributes");
  }

  #leave(): void {
    const { notes } = this.#intake;
    notes.leave();
    notes.leave();
    notes.leave();
  }
}
