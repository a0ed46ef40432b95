import type { Letter } from '../../tui/source.ts';

/** Dead letters that are listed, and that are sent again in one go. */
export const MOST_LETTERS = 1000;

/** How a letter is named to the API: by its request, as numbers are places in a list where nothing is stored. */
export const nameOf = ({ id, request_id }: Letter): string => (/^\d+$/.test(request_id) ? String(id) : request_id);

/** @param all letters that were meant */
export function sentAgain(sent: number, all: number): string {
  return sent < all && sent === MOST_LETTERS
    ? `${sent} of ${all} sent again; the rest waits for the next time`
    : `${sent} sent again`;
}

export const tripped = (provider: string, deed: 'trip' | 'reset'): string =>
  `the breaker of ${provider} is ${deed === 'trip' ? 'open until it is reset' : 'closed'}`;
