export interface ShopCall {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal | undefined;
  /** With a key, a call whose answer got lost is made once more: the shop gives the first answer again. */
  readonly idempotencyKey?: string;
}

/** Asks the shop; anything but a good answer is an error that says what happened. */
export function shopClient(shopUrl: string) {
  return async <Answer>(call: ShopCall): Promise<Answer> => {
    const response = await reach(shopUrl, call);
    const body = (await response.json()) as { error?: { message: string } };
    if (response.ok) return body as Answer;
    const path = call.path.split("?")[0];
    throw Object.assign(new Error(`${path} answered ${response.status}: ${body.error?.message ?? "no reason given"}`), {
      status: response.status,
    });
  };
}

async function reach(shopUrl: string, call: ShopCall): Promise<Response> {
  const { method = "GET", path, body, signal, idempotencyKey } = call;
  const ask = () =>
    fetch(shopUrl + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  try {
    return await ask();
  } catch (error) {
    if (idempotencyKey === undefined || signal?.aborted) throw error;
    return ask();
  }
}
