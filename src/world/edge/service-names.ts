/** `http://127.0.0.1:41233/v1` within a longer text. */
const ADDRESS = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}/g;

/** Origins of services on the host's loopback that a text names. */
export function loopbackOrigins(text: string): string[] {
  return [...new Set(text.match(ADDRESS) ?? [])];
}

/**
 * Services of a world listen at another port in each trial. Recordings and faults name them by the variable that holds
 * their address: `SHOP_URL` is `http://shop-url.world`.
 */
export class ServiceNames {
  readonly #names = new Map<string, string>();

  name(origin: string, variable: string): void {
    const host = variable.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    if (!this.#names.has(origin)) this.#names.set(origin, `http://${host}.world`);
  }

  /** A URL as it is recorded and matched. */
  lasting(url: string): string {
    const { origin } = new URL(url);
    const name = this.#names.get(origin);
    return name === undefined ? url : name + url.slice(origin.length);
  }
}
