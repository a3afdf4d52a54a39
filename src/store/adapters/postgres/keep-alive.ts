/** Whether an open connection keeps its process from ending. The driver can do this, its types do not say so. */
export function keepAlive(client: object, isNeeded: boolean): void {
  if ("ref" in client && typeof client.ref === "function" && isNeeded) client.ref();
  if ("unref" in client && typeof client.unref === "function" && !isNeeded) client.unref();
}
