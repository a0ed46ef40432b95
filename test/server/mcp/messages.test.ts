import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MessageFault, messagesOf } from '../../../src/server/mcp/messages.ts';

/** What is read from a pipe that brings these pieces, and what its sender is told. */
async function read(...pieces: readonly (string | Buffer)[]) {
  const told: MessageFault[] = [];
  const lines: string[] = [];
  const input = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  for await (const line of messagesOf(input, (fault) => told.push(fault))) lines.push(line.toString());
  return { lines, told: told.map(({ id, error }) => [id, error.code]) };
}

const call = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

test.each([
  ['{"jsonrpc":\n', null, -32700],
  ['nonsense\r\n', null, -32700],
  ['{"jsonrpc":"2.0","id":1,"method":"pi', null, -32700],
  ['{"id":7,"method":"ping"}\n', 7, -32600],
  ['{"jsonrpc":"2.0","id":"a"}\n', 'a', -32600],
  ['{"jsonrpc":"2.0","id":{}}\n', null, -32600],
  [`[${call.trim()}]\n`, null, -32600],
  ['null\n', null, -32600],
  ['17\n', null, -32600],
])('%j is told to be no message', async (line, id, code) => {
  expect(await read(line)).toEqual({ lines: [], told: [[id, code]] });
});

test('requests, notifications, results and errors pass, and so does what comes after something that is none', async () => {
  const rest = [
    '{"jsonrpc":"2.0","method":"note"}\n',
    '{"jsonrpc":"2.0","id":1,"result":null}\n',
    '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}\n',
  ];
  expect(await read(call, '}\n', ...rest)).toEqual({ lines: [call, ...rest], told: [[null, -32700]] });
});

test('it does not matter where the pipe cuts', async () => {
  const text = Buffer.from(`{"jsonrpc":"2.0","id":"ü€","method":"ping"}\nnonsense\n${call}`);
  const whole = await read(text);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(text.length), { maxLength: 6 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      expect(await read(...at.slice(1).map((end, i) => text.subarray(at[i], end)))).toEqual(whole);
    }),
  );
});

test('a message without an end is not kept for ever', async () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'a');
  await expect(read(...Array.from({ length: 11 }, () => megabyte))).rejects.toMatchObject({
    message: expect.stringContaining('longer than 10485760 bytes'),
  });
});
