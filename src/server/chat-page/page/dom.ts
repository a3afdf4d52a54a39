/**
 * What the page uses of the browser. The project's types are those of Node, which has no document; these few lines keep
 * the browser's thousand names out of all other files.
 */
export interface PageElement {
  textContent: string | null;
  value: string;
  disabled: boolean;
  hidden: boolean;
  open: boolean;
  className: string;
  readonly style: { height: string };
  readonly scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly classList: { toggle(name: string, isOn?: boolean): boolean };
  append(...nodes: readonly (PageElement | string)[]): void;
  replaceChildren(...nodes: readonly (PageElement | string)[]): void;
  replaceWith(node: PageElement): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  focus(): void;
  scrollTo(place: { readonly top: number }): void;
  showModal(): void;
  close(): void;
}

export interface PageEvent {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  preventDefault(): void;
}

interface Browser {
  readonly document: {
    readonly activeElement: PageElement | null;
    title: string;
    createElement(tag: string): PageElement;
    getElementById(id: string): PageElement | null;
    addEventListener(type: string, listener: (event: PageEvent) => void): void;
  };
  readonly location: { readonly origin: string; hash: string };
  readonly navigator: { readonly onLine: boolean };
  readonly sessionStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  readonly history: { pushState(state: null, title: string, url: string): void };
  confirm(question: string): boolean;
  requestAnimationFrame(work: () => void): number;
  addEventListener(type: string, listener: () => void): void;
}

export const browser = globalThis as unknown as Browser;

interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

/** Text becomes a text node, never markup: what models and tools say is shown, not obeyed. */
export function element(tag: string, options: ElementOptions = {}, children: readonly PageElement[] = []): PageElement {
  const made = browser.document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  const { onClick } = options;
  if (onClick !== undefined) made.addEventListener("click", onClick);
  made.append(...children);
  return made;
}

export function button(text: string, look: string, onClick: () => void): PageElement {
  return element("button", { text, class: look, attributes: { type: "button" }, onClick });
}

/** An element of the page's document. */
export function byId(id: string): PageElement {
  const found = browser.document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}
