import { isUserId, SESSION_ID } from "../api/index.ts";
import type { Principal, RunRecord, Session } from "../domain/index.ts";
import { AegisError, isId } from "../kernel/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { seesAll } from "./auth/authorise.ts";

/** Who may see which session, run and user; another's thing answers exactly as one that does not exist. */
export function ownThings(runtime: Runtime) {
  return {
    async ownSession(principal: Principal, id: string): Promise<Session> {
      if (!SESSION_ID.test(id)) throw noSession();
      const session = await runtime.session(id).catch(hide("session.not_found", noSession));
      if (!seesAll(principal) && session.ownerId !== principal.userId) throw noSession();
      return session;
    },
    async ownRun(principal: Principal, id: string): Promise<RunRecord> {
      if (!isId(id)) throw noRun();
      const run = await runtime.run(id).catch(hide("run.not_found", noRun));
      if (!seesAll(principal) && run.ownerId !== principal.userId) throw noRun();
      return run;
    },
    ownUser(principal: Principal, userId: string): string {
      if (userId === "me") return principal.userId;
      if (isUserId(userId) && (seesAll(principal) || userId === principal.userId)) return userId;
      throw new AegisError("user.not_found", "There is no such user");
    },
  };
}

/** The same words for what is missing and for what is not theirs. */
function hide(code: AegisError["code"], make: () => AegisError): (error: unknown) => never {
  return (error) => {
    throw error instanceof AegisError && error.code === code ? make() : error;
  };
}

function noSession(): AegisError {
  return new AegisError("session.not_found", "There is no such session");
}

function noRun(): AegisError {
  return new AegisError("run.not_found", "There is no such run");
}
