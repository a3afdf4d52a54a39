import type { Sql } from "../../sql.ts";
import type { Input, OperationName, Output, WorkerSettings } from "./protocol.ts";
import { sqliteSql } from "./sqlite-sql.ts";
import { WorkerLink } from "./worker-link.ts";

/**
 * A second thread that only reads, so that whoever looks at lists does not wait behind what is being written; it sees all
 * that was answered before it is asked. Started when it is first needed. A store in memory has one thread alone.
 */
export class ReaderLink {
  readonly #settings: WorkerSettings;
  readonly #writer: WorkerLink;
  #link: Promise<WorkerLink> | undefined;
  #isClosed = false;

  constructor(settings: WorkerSettings, writer: WorkerLink) {
    this.#settings = settings;
    this.#writer = writer;
  }

  async call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    const isAlone = this.#settings.path === ":memory:" || this.#settings.isReadOnly || this.#isClosed;
    if (isAlone) return this.#writer.call(name, input);
    this.#link ??= this.#open();
    const link = await this.#link;
    return link.call(name, input);
  }

  /** To come before the writer's end: who closes the file last carries over what was written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#link?.catch(() => undefined))?.close();
  }

  async #open(): Promise<WorkerLink> {
    const link = new WorkerLink({ ...this.#settings, isReadOnly: true });
    await link.opened();
    return link;
  }
}

/** Questions to the one thread, all else to the other. */
export function readingApart(writer: WorkerLink, reader: ReaderLink): Sql {
  const [writing, reading] = [sqliteSql(writer), sqliteSql(reader)];
  return {
    ...writing,
    run: (statement) => (statement.text.startsWith("SELECT") ? reading : writing).run(statement),
  };
}
