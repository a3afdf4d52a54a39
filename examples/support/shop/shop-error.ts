/** A request the shop refuses, and why. */
export class ShopError extends Error {
  override readonly name = "ShopError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
