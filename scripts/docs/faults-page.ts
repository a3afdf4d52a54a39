import { z } from "zod";
import { FAULT_KINDS, type FaultKind } from "../../src/fault/index.ts";
import { listProfiles } from "../../src/fault/spec/index.ts";
import { code, inline, page, table } from "./markdown.ts";

const EXAMPLE = `world:
  faults:
    - { on: "tool billing.lookup", call: 1, do: { timeout: 5s } }
    - { on: "tool billing.lookup", call: 2, do: { partial: 0.6 } }
    - { on: "http GET shop-url.world/v1/*", probability: 0.2, do: unavailable }
    - { on: model, burst: { from: 3, count: 2 }, do: overloaded }`;

const FAMILIES: Readonly<Record<FaultKind["family"], string>> = {
  connection: "Connection",
  time: "Time",
  status: "Status",
  body: "Body",
  semantic: "Semantic",
  stream: "Stream",
  model: "Model API",
  mcp: "MCP",
};

/** Every fault there is, as its catalogue says it. */
export function faultsPage(): string {
  const families = Object.entries(FAMILIES).flatMap(([family, title]) => [
    `## ${title}`,
    table(
      ["Fault", "On", "Side", "What happens", "Parameters"],
      FAULT_KINDS.filter((kind) => kind.family === family).map((kind) => [
        inline(kind.name),
        kind.fits.join(", "),
        kind.sides.join(" or "),
        kind.meaning,
        parametersOf(kind),
      ]),
    ),
  ]);
  return page([
    "# Faults",
    "What goes wrong on purpose: in a case under `world.faults`, in a suite by profile under `faults`, or for one run with `aegis eval run --faults PROFILE`. Each that acts is written into the log as `fault.injected`, so that checks know what the agent was up against.",
    code(EXAMPLE, "yaml"),
    "`on` names what it happens to, `*` stands for any characters; services of a world go by the variable that holds their address: `SHOP_URL` is `shop-url.world`. Of `call` (from 1), `burst`, `probability` and `window` all that are given must hold; without any, it happens to every call. `side: after` means that the other side has done its work. Draws come from the trial's seed.",
    "## Profiles",
    table(
      ["Profile", ""],
      listProfiles().map(({ name, about }) => [inline(name), about]),
    ),
    ...families,
  ]);
}

function parametersOf({ parameters, short }: FaultKind): string {
  const { properties = {} } = z.toJSONSchema(parameters, { io: "input", unrepresentable: "any" });
  const names = Object.entries(properties).map(([name, schema]) => {
    const told =
      typeof schema === "object" && schema.default !== undefined ? ` = ${JSON.stringify(schema.default)}` : "";
    return `${inline(`${name}${told}`)}${name === short ? " (short form)" : ""}`;
  });
  return names.join(", ");
}
