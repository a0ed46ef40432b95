import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;
/** Of one message, bytes: as much as the transport takes. */
const LONGEST = 10 * 1024 * 1024;

/** An error that answers no request in particular (JSON-RPC 2.0, section 5.1). */
export interface MessageFault {
  readonly jsonrpc: '2.0';
  readonly id: string | number | null;
  readonly error: { readonly code: -32700 | -32600; readonly message: string };
}

/**
 * The messages of a pipe, one a line. What is none is told to its sender and left out: the transport would pass over it in
 * silence, and whoever sent it would wait for ever. Throws when a message is longer than 10 MiB.
 */
export async function* messagesOf(input: Readable, tell: (fault: MessageFault) => void): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
      parts = [];
      length = 0;
      from = end + 1;
      const fault = faultOf(line.toString('utf8'));
      if (fault === null) yield line;
      else tell(fault);
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST) throw new Error(`A message is longer than ${LONGEST} bytes.`);
  }
  // What the end cut off.
  const fault = faultOf(Buffer.concat(parts).toString('utf8'));
  if (fault !== null) tell(fault);
}

/** What is wrong with a line; null for a message, and for an empty one. */
function faultOf(line: string): MessageFault | null {
  if (line.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    return fault(null, -32700, `Parse error: ${(thrown as Error).message}`);
  }
  const { jsonrpc, method, id, result, error } = (typeof value === 'object' && value !== null ? value : {}) as Message;
  if (jsonrpc === '2.0' && (typeof method === 'string' || result !== undefined || error !== undefined)) return null;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  return fault(known, -32600, 'Invalid Request: a line is one JSON-RPC 2.0 message.');
}

type Message = { readonly [Field in 'jsonrpc' | 'method' | 'id' | 'result' | 'error']?: unknown };

const fault = (id: MessageFault['id'], code: MessageFault['error']['code'], message: string): MessageFault => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});
