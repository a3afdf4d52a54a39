import { connect, type Socket } from "node:net";

export interface HttpRequest {
  readonly path: string;
  readonly body: string;
  readonly accept: string;
  readonly onHead: (status: number) => void;
  readonly onBody: (text: string) => void;
  readonly onEnd: () => void;
}

/**
 * One HTTP/1.1 connection, one request at a time: as little work per byte as can be, because it shares the processor with
 * the server it measures. Texts are taken as latin1: what is measured here is ASCII.
 */
export class HttpLine {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #onFailure: (why: string) => void;
  #request: HttpRequest | undefined;
  #text = "";
  #place: "head" | "size" | "chunk" | "length" = "head";
  #left = 0;
  #isDone = false;

  constructor(url: URL, onFailure: (why: string) => void) {
    this.#host = url.host;
    this.#onFailure = onFailure;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (text: string) => this.#take(text));
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
    this.#socket.on("close", () => this.#fail("closed before the answer ended"));
  }

  post(request: HttpRequest): void {
    this.#request = request;
    this.#place = "head";
    this.#socket.write(
      `POST ${request.path} HTTP/1.1\r\nHost: ${this.#host}\r\nAccept: ${request.accept}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(request.body)}\r\n\r\n${request.body}`,
    );
  }

  close(): void {
    this.#isDone = true;
    this.#socket.destroy();
  }

  #fail(why: string): void {
    if (this.#isDone) return;
    this.close();
    this.#onFailure(why);
  }

  #take(text: string): void {
    this.#text += text;
    while (this.#request !== undefined && this.#step());
  }

  /** @returns whether there may be more to do with what is here */
  #step(): boolean {
    switch (this.#place) {
      case "head":
        return this.#takeHead();
      case "size":
        return this.#takeSize();
      case "chunk":
      case "length":
        return this.#takeBody();
    }
  }

  #takeHead(): boolean {
    const end = this.#text.indexOf("\r\n\r\n");
    if (end === -1) return false;
    const head = this.#text.slice(0, end).toLowerCase();
    this.#text = this.#text.slice(end + 4);
    this.#request?.onHead(Number(head.slice(9, 12)));
    if (head.includes("\r\ntransfer-encoding: chunked")) this.#place = "size";
    else {
      this.#place = "length";
      this.#left = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    }
    return true;
  }

  #takeSize(): boolean {
    const end = this.#text.indexOf("\r\n");
    if (end === -1) return false;
    this.#left = Number.parseInt(this.#text.slice(0, end), 16);
    if (this.#left > 0) {
      this.#text = this.#text.slice(end + 2);
      this.#place = "chunk";
      return true;
    }
    if (this.#text.length < end + 4) return false;
    this.#text = this.#text.slice(end + 4);
    this.#finish();
    return true;
  }

  #takeBody(): boolean {
    const { length } = this.#text;
    const taken = Math.min(this.#left, length);
    if (taken > 0) {
      const body = this.#text.slice(0, taken);
      this.#text = this.#text.slice(taken);
      this.#left -= taken;
      this.#request?.onBody(body);
    }
    if (this.#left > 0) return false;
    if (this.#place === "length") {
      this.#finish();
      return true;
    }
    if (this.#text.length < 2) return false;
    this.#text = this.#text.slice(2);
    this.#place = "size";
    return true;
  }

  #finish(): void {
    const request = this.#request;
    this.#request = undefined;
    request?.onEnd();
  }
}
