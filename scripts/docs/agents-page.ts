import { declarations } from "./declarations.ts";
import { code, page } from "./markdown.ts";

const SDK_AGENT = `// agents/answers.ts
import { defineAgent, defineTool } from "aegis";
import { scripted } from "aegis/model";
import { ToolLoopAgent } from "ai";
import { z } from "zod";

const model = scripted({
  id: "answers",
  rules: [{ when: { lastTool: "get_order" }, then: { say: "Order {{lastResult.id}} is {{lastResult.status}}." } }],
  fallback: { call: { tool: "get_order", arguments: { id: "W1" } } },
});

export default defineAgent({
  name: "answers",
  version: "1",
  // A function of the context, because the tool reads the case's state; an agent as it is will do as well.
  agent: ({ state }) =>
    new ToolLoopAgent({
      model,
      tools: {
        get_order: defineTool({
          name: "get_order",
          description: "Look up an order by its number.",
          input: z.object({ id: z.string() }),
          execute: ({ id }) => (state["orders"] as Record<string, { id: string; status: string }>)[id] ?? { error: "none" },
        }),
      },
    }),
});`;

const FUNCTION_AGENT = `// agents/greeter.ts
import { defineAgent } from "aegis";

export default defineAgent({
  name: "greeter",
  version: "1",
  run: async ({ message, messages, context }) => {
    const time = await context.boundary.tool({
      tool: "get_time",
      callId: \`time-\${messages.length}\`,
      arguments: {},
      execute: () => ({ hour: 9 }),
    });
    return \`You said "\${message}" at \${(time as { hour: number }).hour} o'clock.\`;
  },
});`;

const SUITE = `# evals/agents/suite.yaml
name: agents
agent: answers
trials: 1
cases:
  - id: status
    input: Where is my order?
    world: { state: { orders: { W1: { id: W1, status: shipped } } } }
    checks: [{ answerContains: shipped }, { toolsRequired: [get_order] }]`;

const GREETER_SUITE = `# evals/greeter/suite.yaml
name: greeter
agent: greeter
trials: 1
cases:
  - { id: greet, input: Hello, checks: [{ answerContains: 9 o'clock }, { toolsRequired: [get_time] }] }`;

/** Signatures are shown as the source has them; the examples are run by test/docs.test.ts. */
export function agentsPage(): string {
  return page([
    "# defineAgent and defineTool",
    "An agent is a file that exports `defineAgent(...)` as default: `agents/<name>.ts`, or one that `aegis.config.ts` names. It has a name, a version, and one of `agent`, `run`, `command` and `url`. What each form lets Aegis see is in [agents](../concepts/agents.md).",
    code(declarations("agent/define-agent.ts", ["AgentOptions"]), "ts"),
    "## agent: an AI SDK agent",
    code(SDK_AGENT, "ts"),
    code(SUITE, "yaml"),
    "## run: a function",
    "Called once per turn, with the conversation so far. A text is the answer; any other value is one too, as JSON, and `{ answer }` names the text of it. Only what goes through `context.boundary` is seen: a tool that is called beside it is in no log, and no check knows of it.",
    code(FUNCTION_AGENT, "ts"),
    code(GREETER_SUITE, "yaml"),
    code(declarations("agent/define-agent.ts", ["AgentTurn"]), "ts"),
    "## The context",
    code(declarations("agent/agent-context.ts", ["AgentContext"]), "ts"),
    "`boundary.tool(...)` takes what follows and gives back the tool's result; `boundary.sleep(ms)`, `boundary.nowMs()` and `boundary.draw()` are the sleep, the clock and the random numbers that the log remembers:",
    code(declarations("agent/boundary.ts", ["ToolEffect"]), "ts"),
    "`callId` tells this call from every other of its run; what `execute` throws is the tool's error.",
    "## defineTool",
    "Goes into an AI SDK agent's `tools` as it is. Everything but `name`, `description`, `input` and `execute` has a default; checks, approvals and recovery rest on the rest.",
    code(
      [
        declarations("agent/define-tool.ts", ["ToolOptions", "ToolCallContext"]),
        declarations("domain/tool-declaration.ts", ["ToolRisk", "ToolPurpose", "SourceReference"]),
      ].join("\n\n"),
      "ts",
    ),
  ]);
}
