import OpenAI from "openai";
import { expect, test } from "vitest";
import { openProtocolServer } from "../../testing/open-protocol-server.ts";

test("the official client lists the agents as models, and reads one; its name is what a response is asked of", async () => {
  const server = await openProtocolServer({ auth: {} });
  const openAs = (apiKey: string) => new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });
  const client = openAs(await server.keyOf("ada"));
  const beganAt = Math.floor(Date.now() / 1_000);
  await server.runtime.route("teller", [{ version: "1", weight: 1 }]);

  const models: OpenAI.Model[] = [];
  for await (const model of client.models.list()) models.push(model);
  expect(models.map(({ id }) => id).toSorted()).toEqual(["refunder", "teller"]);
  for (const model of models) {
    expect(model).toEqual({ id: model.id, object: "model", created: expect.any(Number), owned_by: "aegis" });
    expect(await client.models.retrieve(model.id)).toEqual(model);
  }
  const created = models.find(({ id }) => id === "teller")?.created ?? 0;
  expect(Number.isInteger(created) && created >= beganAt && created <= Date.now() / 1_000).toBe(true);
  expect((await client.responses.create({ model: "refunder", input: "hello" })).output_text).toBe("How much?");

  await expect(client.models.retrieve("nobody")).rejects.toMatchObject({
    status: 404,
    code: "agent.not_found",
    type: "invalid_request_error",
    param: "model",
  });
  const unknown = { status: 401, code: "auth.invalid", type: "authentication_error" };
  await expect(openAs("nobody").models.list()).rejects.toMatchObject(unknown);
  await expect(openAs("nobody").models.retrieve("teller")).rejects.toMatchObject(unknown);
  await server.close();
});
