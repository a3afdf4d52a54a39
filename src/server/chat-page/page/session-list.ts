import type { Client, Session } from "../../../client/index.ts";
import { byId, button, element, type PageElement } from "./dom.ts";

const SESSIONS_SHOWN = 30;
const TITLE_CHARACTERS_MAX = 60;

export interface SessionListOptions {
  readonly client: Client;
  readonly open: (id: string) => void;
  readonly onProblem: (error: unknown) => void;
}

/** The conversations there are, newest first. */
export function sessionList({ client, open, onProblem }: SessionListOptions) {
  const list = byId("sessions");
  let shown: readonly Session[] = [];
  let next: string | null = null;
  let currentId: string | undefined;

  const render = () => {
    const entries = shown.map((session) => element("li", {}, [entry(session)]));
    if (shown.length === 0) entries.push(element("li", { class: "quiet empty", text: "No conversations yet." }));
    if (next !== null)
      entries.push(element("li", {}, [button("Show more", "entry quiet", () => void load(next).catch(onProblem))]));
    list.replaceChildren(...entries);
  };
  const entry = (session: Session): PageElement => {
    const made = button("", "entry", () => open(session.id));
    made.append(
      element("span", { class: "entry-title", text: titleOf(session) }),
      element("span", {
        class: "entry-meta",
        text: `${session.agent} · ${timeText(session.createdAtMs)}`,
      }),
    );
    if (session.id === currentId) made.setAttribute("aria-current", "true");
    return made;
  };
  const load = async (before?: string | null) => {
    const more = before === undefined || before === null ? {} : { before };
    const page = await client.sessions({ limit: SESSIONS_SHOWN, ...more });
    shown = "before" in more ? [...shown, ...page.items] : page.items;
    next = page.next;
    render();
  };
  return {
    load: () => load(),
    mark: (id: string | undefined) => {
      currentId = id;
      render();
    },
  };
}

/** The time of what is from today, the day of anything older. */
function timeText(ms: number): string {
  const then = new Date(ms);
  const isToday = then.toDateString() === new Date().toDateString();
  return isToday ? then.toLocaleTimeString([], { timeStyle: "short" }) : then.toLocaleDateString();
}

/** As this page named it when it began; other programs name theirs as they like. */
export function titleOf({ metadata, id }: Session): string {
  const { title } = metadata;
  return typeof title === "string" && title !== "" ? title : id;
}

export function titleFor(message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return line.length <= TITLE_CHARACTERS_MAX ? line : `${line.slice(0, TITLE_CHARACTERS_MAX - 1)}…`;
}
