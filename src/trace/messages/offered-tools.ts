import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { OfferedTool } from "../span-reading.ts";
import { listIn, objectIn, parseText } from "./parse-text.ts";
import { pick, pickText } from "./pick.ts";

const LISTS = ["function_declarations", "functionDeclarations", "function_tools", "tools"];
const SCHEMAS = [
  "parameters",
  "inputSchema",
  "input_schema",
  "parameters_json_schema",
  "parametersJsonSchema",
  "json_schema",
  "schema",
];

/** The tools a model was offered, as any family writes them; each name once. */
export function readOfferedTools(value: Json | undefined): OfferedTool[] {
  const tools = toolsIn(value ?? null, 0);
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return [...byName.values()];
}

/** Is this how a tool is declared rather than called? */
export function isToolDeclaration(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const inner = isJsonObject(value["function"]) ? value["function"] : value;
  return typeof inner["name"] === "string" && isJsonObject(pick(inner, SCHEMAS));
}

function toolsIn(value: Json, depth: number): OfferedTool[] {
  if (depth > 4) return [];
  const list = listIn(value);
  if (list !== undefined) return list.flatMap((item) => toolsIn(item, depth + 1));
  const object = objectIn(value);
  if (object === undefined) return [];
  const inner = pick(object, LISTS);
  if (Array.isArray(inner)) return toolsIn(inner, depth + 1);
  const written = pick(object, ["tool.json_schema", "tool", "toolSpec"]) ?? objectIn(object["tool"]);
  if (written !== undefined) return toolsIn(parseText(written), depth + 1);
  const onlySchema = objectIn(object["json_schema"]);
  if (onlySchema !== undefined && pickText(object, ["name"]) === undefined) return toolsIn(onlySchema, depth + 1);
  const tool = readTool(isJsonObject(object["function"]) ? object["function"] : object);
  return tool === undefined ? toolsByName(object, depth) : [tool];
}

function readTool(value: JsonObject): OfferedTool | undefined {
  const name = pickText(value, ["name", "tool.name"]);
  if (name === undefined) return undefined;
  const description = pickText(value, ["description", "tool.description"]);
  const told = objectIn(pick(value, SCHEMAS));
  const inputSchema = objectIn(told?.["json"]) ?? told;
  return { name, ...(description !== undefined && { description }), ...(inputSchema !== undefined && { inputSchema }) };
}

/** `{ search: { description, inputSchema } }`: the names are the keys. */
function toolsByName(value: JsonObject, depth: number): OfferedTool[] {
  return Object.entries(value).flatMap(([name, tool]) =>
    isJsonObject(tool) && pick(tool, SCHEMAS) !== undefined ? toolsIn({ name, ...tool }, depth + 1) : [],
  );
}
