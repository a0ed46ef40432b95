import { expect, test } from 'vitest';
import { parseHead } from '../../../../src/providers/http/wire/response-head.ts';

const head = (...lines: readonly string[]): string => ['HTTP/1.1 200 OK', ...lines].join('\r\n');

test('a head is read: names in lower case, values trimmed, several of one name joined', () => {
  const read = parseHead(
    head('Content-Type:  Text/Event-Stream; charset=utf-8 ', 'X-A: 1', 'x-a:2', 'Content-Length: 7'),
  );
  expect(read).toMatchObject({ status: 200, mediaType: 'text/event-stream', framing: 7 });
  expect(read.header('x-a')).toBe('1, 2');
  expect(read.header('x-b')).toBeUndefined();
});

test.each([
  ['a length', ['content-length: 12'], 12],
  ['the same length twice', ['content-length: 12', 'content-length: 12'], 12],
  ['chunks', ['transfer-encoding: Chunked'], 'chunked'],
  ['neither', [], 'until_close'],
])('where the body ends: %s', (_what, lines, framing) => {
  expect(parseHead(head(...lines)).framing).toBe(framing);
});

test.each([
  ['204 No Content', 0],
  ['304 Not Modified', 0],
  ['103 Early Hints', 0],
])('%s has no body', (status, framing) => {
  expect(parseHead(`HTTP/1.1 ${status}\r\ncontent-length: 5`).framing).toBe(framing);
});

test.each([
  ['HTTP/1.1, length told', 'HTTP/1.1 200 OK\r\ncontent-length: 1', 4000],
  [
    'a time told by the server, less what a request is on its way',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nkeep-alive: timeout=5, max=9',
    3000,
  ],
  ['a time that is too short', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nkeep-alive: timeout=1', 0],
  ['close', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: Close', 0],
  ['an end that is the connection’s', 'HTTP/1.1 200 OK', 0],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1', 0],
])('how long a connection may be idle: %s', (_what, text, idleMs) => {
  expect(parseHead(text).idleMs).toBe(idleMs);
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH'],
  ['another version', 'HTTP/2 200 OK'],
  ['no status', 'HTTP/1.1 OK'],
  ['a status of four digits', 'HTTP/1.1 2000 OK'],
  ['a folded line', head('x-a: 1', ' more')],
  ['a line without a colon', head('x-a')],
  ['a name with a space', head('x a: 1')],
  ['a space before the colon', head('content-length : 1')],
  ['no name', head(': 1')],
  ['a bare line feed', head('x-a: 1\nx-b: 2')],
  ['a bare carriage return', head('x-a: 1\rx-b: 2')],
  ['a NUL', head('x-a: 1\u00002')],
  ['a length and chunks', head('content-length: 5', 'transfer-encoding: chunked')],
  ['two lengths', head('content-length: 5', 'content-length: 6')],
  ['a negative length', head('content-length: -5')],
  ['a length with a sign', head('content-length: +5')],
  ['a hexadecimal length', head('content-length: 0x5')],
  ['an endless length', head(`content-length: ${'9'.repeat(30)}`)],
  ['a coding that nobody asked for', head('transfer-encoding: gzip, chunked')],
  ['chunks twice', head('transfer-encoding: chunked', 'transfer-encoding: chunked')],
])('what could be understood in two ways is refused: %s', (_what, text) => {
  expect(() => parseHead(text)).toThrow(expect.objectContaining({ code: 'WIRE_SYNTAX' }));
});
