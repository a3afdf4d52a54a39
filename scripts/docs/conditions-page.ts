import { CONDITIONS } from "../../src/world/conditions/index.ts";
import { code, inline, page, table } from "./markdown.ts";
import { schemaTable } from "./schema-rows.ts";

/** Every condition a suite can be put under. */
export function conditionsPage(): string {
  const parts = CONDITIONS.flatMap(({ name, sentence, standsFor, schema }) => [
    `## ${name}`,
    `${sentence} Stands for ${standsFor}.`,
    ...(Object.keys(schema.shape).length === 0 ? [] : [schemaTable({ schema, meanings: {}, silent: spaced })]),
  ]);
  return page([
    "# Conditions",
    "Seeded changes of a case that production would make. `aegis eval stress` runs every case as it was written and under each condition, with the same checks, and reports where the agent begins to fail. The same seed gives the same cases.",
    code("aegis eval stress --condition long-conversation=10:40:80 --condition messy-user", "sh"),
    table(
      ["Condition", "Strength", "What it does"],
      CONDITIONS.map(({ name, sentence, strength }) => [
        inline(name),
        strength ? `${inline(strength.parameter)}, ${strength.unit ?? "0 to 1"}` : "",
        sentence,
      ]),
    ),
    ...parts,
  ]);
}

/** Keys whose names say what they are. */
function spaced(name: string): string {
  return name.replaceAll(".", ": ").replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
