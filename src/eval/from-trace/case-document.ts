import { Document, type Scalar, type Tags, visit } from "yaml";
import type { CheckSpec } from "../../domain/index.ts";
import { escapeYaml, isUnsafe, type Json, type JsonObject } from "../../kernel/index.ts";

/** A case as it is written, its members in the order in which they are read. */
export interface CaseDocument {
  readonly id: string;
  readonly why: string;
  readonly from: JsonObject;
  readonly user?: Json;
  readonly history?: Json;
  readonly input: readonly string[];
  readonly world: JsonObject;
  readonly checks: readonly CheckSpec[];
}

const HEAD = " Written by `aegis case from-trace`: read it before you commit it.";
const RECORDED =
  " `model: recorded` shows the failure as it was. Once the agent is mended, take the line out:\n then the agent's own model is held to the checks below.";

/** YAML for a pull request: what happened and why it matters first, then the world, then what must hold. */
export function writeCase({ id, why, from, user, history, input, world, checks }: CaseDocument): string {
  const document = new Document(
    {
      id,
      why,
      kind: "regression",
      from,
      ...(user !== undefined && { user }),
      ...(history !== undefined && { history }),
      input,
      world,
      checks,
    },
    { aliasDuplicateObjects: false, customTags: (tags) => tags.map(exactText) },
  );
  document.commentBefore = HEAD;
  visit(document, {
    Pair: (_, pair) => {
      if ((pair.key as Scalar).value === "replay") {
        const replay = pair.value as { commentBefore?: string; has?: (key: string) => boolean };
        if (replay.has?.("model")) (pair.key as Scalar).commentBefore = RECORDED;
      }
    },
  });
  return escapeYaml(document.toString({ lineWidth: 120, blockQuote: "literal" }));
}

/**
 * Folding may move spaces at the ends of lines, and cut an emoji in two: a text of several lines stands line by line,
 * and what needs double quotes, or is nothing but space, on one line.
 */
function exactText(tag: Tags[number]): Tags[number] {
  if (typeof tag === "string" || tag.collection !== undefined || tag.tag !== "tag:yaml.org,2002:str") return tag;
  return {
    ...tag,
    stringify(scalar, ...rest) {
      const text = String(scalar.value);
      const written = isUnsafe(text) || text.trim() === "" ? '"' : (tag.stringify?.(scalar, ...rest) ?? '"');
      return written.startsWith('"') ? JSON.stringify(text) : written;
    },
  };
}
