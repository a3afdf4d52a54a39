/**
 * Runs inside the sandbox, as text: listens at the loopback ports and passes each connection on to the door's socket.
 * It stands alone, because nothing of ours is readable in there.
 *
 * @param doors the port inside, and the path of the socket that leads out
 */
export function relayDoors(doors: readonly (readonly [port: number, path: string])[]): void {
  const net = process.getBuiltinModule("node:net");
  let waiting = doors.length;
  for (const [port, path] of doors) {
    const options = { allowHalfOpen: true, noDelay: true };
    const serve = (inner: import("node:net").Socket) => {
      const outer = net.connect({ path, allowHalfOpen: true });
      inner.pipe(outer).pipe(inner);
      inner.on("error", () => outer.destroy());
      outer.on("error", () => inner.destroy());
      inner.on("close", () => outer.destroy());
      outer.on("close", () => inner.destroy());
    };
    const opened = () => {
      waiting -= 1;
      if (waiting === 0) process.stdout.write("ready\n");
    };
    net.createServer(options, serve).listen(port, "127.0.0.1", opened);
    // Where the kernel has no IPv6 there is nobody who asks for it.
    net
      .createServer(options, serve)
      .on("error", () => undefined)
      .listen(port, "::1");
  }
}
