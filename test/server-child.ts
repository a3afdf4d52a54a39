/** A process of its own that serves on a socket it was handed: `node server-child.ts FD NAME`. It ends with its input. */
import { openServed } from "./server-kit.ts";

const [, , fd = "", name = ""] = process.argv;
const run = ({ message }: { readonly message: string }) => `${name}: ${message}`;
const served = await openServed({ listening: { fd: Number(fd) }, agents: [{ name: "echo", version: "1", run }] });
process.stdout.write("ready\n");
process.stdin.resume();
process.stdin.once("data", () => {
  void served.server.stopAccepting().then(() => process.stdout.write("stopped\n"));
});
process.stdin.once("end", () => void served.close());
