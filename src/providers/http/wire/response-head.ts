import { WireFault } from './wire-fault.ts';

/** A header's value by its lower-case name; several of one name are joined by commas. */
export type HeaderOf = (name: string) => string | undefined;

/** Where the body of an answer ends: after so many bytes (none: 0), with a chunk of its own, or with the connection. */
export type Framing = number | 'chunked' | 'until_close';

/** The first part of an answer. */
export interface ResponseHead {
  readonly status: number;
  readonly header: HeaderOf;
  /** The content type without its parameters, in lower case; empty when there is none. */
  readonly mediaType: string;
  readonly framing: Framing;
  /** Milliseconds that the connection may be idle after this answer; 0: it is not to be used again. */
  readonly idleMs: number;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** How long a connection is kept whose server does not say how long it keeps it. */
const IDLE_MS = 4000;
/** It is given up so long before its server would, so that no request meets a closing one. */
const MARGIN_MS = 2000;
const LONGEST_IDLE_MS = 600_000;

/**
 * Reads a head without the empty line at its end (RFC 9112). It takes no more than it must: what two readers could
 * understand differently (folded lines, bare line feeds, a length beside chunks, two lengths) is a fault.
 */
export function parseHead(text: string): ResponseHead {
  const [first, ...lines] = text.split('\r\n');
  const status = STATUS_LINE.exec(first!);
  if (status === null) throw syntax('its first line is not that of an HTTP/1.1 answer');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !NAME.test(name) || !VALUE.test(value)) throw syntax('a line of its head is no header');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const code = Number(status[2]);
  const framing = framingOf(code, headers);
  const persistent = status[1] === '1' && framing !== 'until_close';
  return {
    status: code,
    header: (name) => headers.get(name),
    mediaType: headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '',
    framing,
    idleMs: persistent ? idleOf(headers) : 0,
  };
}

function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if (status < 200 || status === 204 || status === 304) return 0;
  if (coding !== undefined) {
    if (length !== undefined) throw syntax('it has a content-length and chunks');
    if (coding.toLowerCase() !== 'chunked') throw syntax('its transfer-encoding was not asked for');
    return 'chunked';
  }
  if (length === undefined) return 'until_close';
  const [one, ...others] = length.split(', ');
  if (!/^\d{1,15}$/.test(one!) || others.some((other) => other !== one))
    throw syntax('its content-length is no number');
  return Number(one);
}

function idleOf(headers: ReadonlyMap<string, string>): number {
  if (/\bclose\b/i.test(headers.get('connection') ?? '')) return 0;
  const told = /\btimeout\s*=\s*(\d{1,9})/i.exec(headers.get('keep-alive') ?? '');
  return told === null ? IDLE_MS : Math.min(Math.max(Number(told[1]) * 1000 - MARGIN_MS, 0), LONGEST_IDLE_MS);
}

const syntax = (what: string): WireFault => new WireFault('WIRE_SYNTAX', what);
