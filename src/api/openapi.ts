import { z } from "zod";
import type { JsonObject } from "../kernel/index.ts";
import { PROBLEM_TYPE, problemSchema } from "./problem.ts";
import type { Route, RouteAnswer } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** The routes as an OpenAPI 3.1 document. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Aegis", version: "1", description: "Sessions and runs of AI agents." },
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "An API key, or a JWT." } },
      schemas: { Problem: schemaOf(problemSchema, "output") },
    },
  };
}

function operation(operationId: string, route: Route): JsonObject {
  const { summary, needs, body, isBodyOptional = false } = route;
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)]);
  return {
    operationId,
    summary,
    tags: [operationId.split(".")[0] ?? ""],
    ...(needs.role === null ? { security: [] } : { security: [{ bearer: [] }], description: describeNeeds(route) }),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(body && {
      requestBody: {
        required: !isBodyOptional,
        content: { "application/json": { schema: schemaOf(body, "input") } },
      },
    }),
    responses: {
      ...(Object.fromEntries(answers) as JsonObject),
      default: {
        description: "What went wrong.",
        content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function describeNeeds({ needs }: Route): string {
  const { role, scopes = [], orScope, owns } = needs;
  const parts = [
    `Role: ${role}${orScope === undefined ? "" : `, or a key with the scope \`${orScope}\``}.`,
    ...(scopes.length === 0 ? [] : [`Scopes of a narrow key: ${scopes.map((scope) => `\`${scope}\``).join(", ")}.`]),
    ...(owns === undefined ? [] : [`Users reach only their own: any other ${owns} answers 404.`]),
  ];
  return parts.join(" ");
}

function answerOf({ description, schema, contentType = "application/json" }: RouteAnswer): JsonObject {
  return schema || contentType !== "application/json"
    ? { description, content: { [contentType]: schema ? { schema: schemaOf(schema, "output") } : {} } }
    : { description };
}

function pathParameters({ path }: Route): JsonObject[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route): JsonObject[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, "input") as {
    readonly properties?: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function headerParameters({ headers = {} }: Route): JsonObject[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest as JsonObject;
}
