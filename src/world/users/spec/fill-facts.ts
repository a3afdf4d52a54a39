const TEMPLATE = /\{\{\s*([\w-]+)\s*\}\}/g;

export function templateNames(text: string): string[] {
  return [...new Set([...text.matchAll(TEMPLATE)].map(([, name = ""]) => name))];
}

/** `{{name}}` becomes the fact's value; a name without a fact stays as it is. */
export function fillFacts(text: string, values: Readonly<Record<string, string | number | boolean>>): string {
  return text.replaceAll(TEMPLATE, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
