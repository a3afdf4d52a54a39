import { z } from "zod";
import type { ShopDesk } from "./refunds.ts";
import { ShopError } from "./shop-error.ts";
import type { CustomerMessage, Ticket } from "./shop-state.ts";

const ticketBody = z.strictObject({
  orderId: z.string().nullish(),
  summary: z.string().min(1),
  urgency: z.enum(["normal", "high"]).default("normal"),
});

const messageBody = z.strictObject({ customerId: z.string(), text: z.string().min(1) });

/** Hands a case over to a person. */
export function openTicket(desk: ShopDesk, body: unknown): Ticket {
  const parsed = ticketBody.safeParse(body);
  if (!parsed.success) throw new ShopError(422, parsed.error.issues[0]?.message ?? "not a ticket");
  const { orderId = null, summary, urgency } = parsed.data;
  const ticket: Ticket = { id: desk.makeId("T"), orderId, summary, urgency, at: desk.now() };
  desk.state.tickets[ticket.id] = ticket;
  return ticket;
}

/** Writes to a customer by mail. */
export function sendMessage(desk: ShopDesk, body: unknown): CustomerMessage {
  const parsed = messageBody.safeParse(body);
  if (!parsed.success) throw new ShopError(422, parsed.error.issues[0]?.message ?? "not a message");
  const { customerId, text } = parsed.data;
  if (!desk.state.customers[customerId]) throw new ShopError(404, `there is no customer ${customerId}`);
  const message: CustomerMessage = { id: desk.makeId("M"), customerId, text, at: desk.now() };
  desk.state.messages[message.id] = message;
  return message;
}
