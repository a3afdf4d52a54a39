import { type Route, ROUTES } from "../api/index.ts";
import { AegisError } from "../kernel/index.ts";

const PATTERNS = Object.values<Route>(ROUTES).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll(".", "[.]").replaceAll(/:[A-Za-z]+/g, "[^/]+")}$`),
}));

/** What to say where no handler is: another method would do, or there is no such path. */
export function refusePath(method: string, path: string): AegisError {
  const known = PATTERNS.filter(({ pattern }) => pattern.test(path)).map((each) => each.method);
  if (known.length === 0) return new AegisError("request.bad_path", "There is nothing at this path");
  const allow = [...new Set(known.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])))].join(", ");
  return new AegisError("request.bad_method", `${method} is not taken here`, { details: { allow } });
}
