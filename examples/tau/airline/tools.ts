import { commonTools } from "../common-tools.ts";
import type { Tool } from "../tool.ts";
import { bookReservation } from "./book-reservation.ts";
import { lookUps } from "./look-ups.ts";
import { reservationTools } from "./update-reservation.ts";

/** An airline: flights to search, reservations to book, change and cancel. */
export const airlineTools: readonly Tool[] = [...commonTools, ...lookUps, bookReservation, ...reservationTools];
