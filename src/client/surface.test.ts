import { expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { ROUTES } from "../api/index.ts";
import type { EventPage } from "./run-client.ts";
import type {
  AgentSummary,
  Decision,
  NewMessage,
  NewSession,
  PendingDecision,
  RunQuery,
  SessionQuery,
  WhenBusy,
} from "./surface.ts";

type Routes = typeof ROUTES;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : never;
type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;

test("what the client sends and gets is what the routes take and answer", () => {
  expectTypeOf<Output<Routes["agents.list"]["answers"][200]["schema"]>>().toExtend<AgentSummary[]>();
  expectTypeOf<Output<Routes["runs.decisions"]["answers"][200]["schema"]>[number]["kind"]>().toEqualTypeOf<
    PendingDecision["kind"]
  >();
  expectTypeOf<keyof NewSession>().toEqualTypeOf<keyof Input<Routes["sessions.create"]["body"]>>();
  expectTypeOf<Exclude<keyof NewMessage, "idempotencyKey">>().toEqualTypeOf<
    keyof Input<Routes["sessions.start-run"]["body"]>
  >();
  expectTypeOf<WhenBusy | undefined>().toEqualTypeOf<Input<Routes["sessions.start-run"]["body"]>["whenBusy"]>();
  expectTypeOf<Decision["decision"]>().toEqualTypeOf<Input<Routes["runs.decide"]["body"]>["decision"]>();
  expectTypeOf<keyof SessionQuery>().toEqualTypeOf<keyof Input<Routes["sessions.list"]["query"]>>();
  expectTypeOf<keyof RunQuery>().toEqualTypeOf<keyof Input<Routes["runs.list"]["query"]>>();
  expectTypeOf<keyof EventPage>().toEqualTypeOf<"items" | "nextSeq" | "isComplete">();
});
