import { isJsonObject, type Json, type JsonObject } from "../../../kernel/index.ts";
import { renamed } from "../../../fault/index.ts";

/** The result of `tools/list` without one tool: the one named, else the first. */
export function removeTool(result: JsonObject, tool: string): JsonObject {
  return onTool(result, tool, () => undefined);
}

/** The first parameter of a tool has another name. */
export function renameParameter(result: JsonObject, tool: string): JsonObject {
  return onTool(result, tool, (declared) => {
    const schema = declared["inputSchema"];
    if (!isJsonObject(schema) || !isJsonObject(schema["properties"])) return declared;
    const [name] = Object.keys(schema["properties"]);
    if (name === undefined) return declared;
    const rename = (each: string) => (each === name ? renamed(name) : each);
    const properties = Object.entries(schema["properties"]).map(([key, value]) => [rename(key), value] as const);
    const { required } = schema;
    return {
      ...declared,
      inputSchema: {
        ...schema,
        properties: Object.fromEntries(properties),
        ...(Array.isArray(required) && { required: (required as readonly Json[]).map((each) => rename(String(each))) }),
      },
    };
  });
}

export function poisonDescription(
  result: JsonObject,
  { tool, text }: { readonly tool: string; readonly text: string },
): JsonObject {
  return onTool(result, tool, (declared) => {
    const { description } = declared;
    return { ...declared, description: `${typeof description === "string" ? `${description}\n\n` : ""}${text}` };
  });
}

function onTool(
  result: JsonObject,
  tool: string,
  change: (declared: JsonObject) => JsonObject | undefined,
): JsonObject {
  const { tools } = result;
  if (!Array.isArray(tools)) return result;
  const list = tools as readonly Json[];
  const index = list.findIndex((each) => isJsonObject(each) && (tool === "" || each["name"] === tool));
  const declared = list[index];
  if (!isJsonObject(declared)) return result;
  const changed = change(declared);
  return { ...result, tools: changed === undefined ? list.toSpliced(index, 1) : list.with(index, changed) };
}
