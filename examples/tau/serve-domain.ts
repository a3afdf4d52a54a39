import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LIMITS } from "../../src/kernel/index.ts";
import { type Domain, type Episode, findTool, isTerminating } from "./environment.ts";

/** One tool as the service tells of it. */
export interface ServedTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly canWrite: boolean;
  /** Hands the user over to a person, after which the agent is done. */
  readonly isTerminating: boolean;
}

export interface DomainService {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServedEpisode {
  readonly domain: Domain;
  readonly episode: Episode;
  /** Answers given instead of running the tool, by the number of the call, from 0. */
  readonly faults?: ReadonlyMap<number, string>;
}

/**
 * Serves one episode on a free port of this machine: `GET /policy`, `GET /tools`, and `POST /tools/NAME` with the
 * arguments as JSON, answered by what the agent is to read. The agent holds this address and nothing else.
 */
export async function serveDomain(served: ServedEpisode): Promise<DomainService> {
  const answer = router(served);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) respond(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The domain's tools in the words of the service. */
export function servedTools(domain: Domain): ServedTool[] {
  return domain.tools.map((schema) => {
    const { name, description, parameters } = schema["function"] as unknown as Pick<
      ServedTool,
      "name" | "description" | "parameters"
    >;
    const canWrite = findTool(domain.name, name)?.canWrite ?? false;
    return { name, description, parameters, canWrite, isTerminating: isTerminating(name) };
  });
}

function router({ domain, episode, faults }: ServedEpisode) {
  let callCount = 0;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    if (route === "GET /policy") return respond(response, 200, domain.policy);
    if (route === "GET /tools") return respond(response, 200, JSON.stringify(servedTools(domain)));
    const tool = /^POST \/tools\/([^/?]+)$/.exec(route)?.[1];
    if (tool === undefined) return respond(response, 404, "GET /policy, GET /tools or POST /tools/NAME");
    const kwargs = await readBody(request);
    if (kwargs === undefined) return respond(response, 413, `more than ${LIMITS.requestBodyBytesMax} bytes`);
    const fault = faults?.get(callCount++);
    if (fault !== undefined) return respond(response, 200, fault);
    const observation = episode.call(decodeURIComponent(tool), kwargs);
    return observation === null
      ? respond(response, 500, "the tool gave no answer")
      : respond(response, 200, observation);
  };
}

function respond(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** Undefined for a body over the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LIMITS.requestBodyBytesMax) chunks.push(chunk);
  }
  return bytes > LIMITS.requestBodyBytesMax ? undefined : Buffer.concat(chunks).toString("utf8");
}
