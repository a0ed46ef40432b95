import { expect, test } from 'vitest';
import { createLogger, prettyLine } from '../../src/telemetry/logger.ts';

function logged(format: 'pretty' | 'json', level = 'info') {
  const lines: string[] = [];
  return { lines, logger: createLogger({ format, level, write: (line) => lines.push(line) }) };
}

test('texts of prompts and answers, and keys, are never in a line, wherever they are filed', () => {
  const { lines, logger } = logged('json');
  const secret = 'canary';
  logger.info({ prompt: secret, request: { input: secret, messages: [secret], id: 'req-1' } }, 'one');
  logger.info(
    { headers: { authorization: secret, 'x-api-key': secret }, output: secret, answer: { text: secret } },
    'two',
  );
  logger.error({ err: Object.assign(new Error('broken'), { body: secret, code: 'E1' }) }, 'three');
  expect(lines.join('')).not.toContain(secret);
  expect(JSON.parse(lines[2]!)).toMatchObject({ err: { message: 'broken', code: 'E1', body: '[redacted]' } });
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    msg: 'one',
    prompt: '[redacted]',
    request: { id: 'req-1' },
  });
});

test('what is logged is left as it was', () => {
  const { logger } = logged('json');
  const fields = { headers: { cookie: 'biscuit', host: 'here' }, text: 'whole' };
  logger.info(fields, 'one');
  expect(fields).toEqual({ headers: { cookie: 'biscuit', host: 'here' }, text: 'whole' });
});

test('what is less important than the level is not written', () => {
  const { lines, logger } = logged('json', 'warn');
  logger.info('no');
  logger.warn('yes');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['yes']);
});

test('a line for people is one line, and cannot steer their terminal', () => {
  const { lines, logger } = logged('pretty');
  logger.warn({ request_id: 'req-1', model: 'a\u001b[2Jb\nc' }, 'request failed');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN request failed request_id=req-1 model=a.*b.*c\n$/);
  expect(lines[0]).not.toContain('\u001b');
  expect(lines[0]!.trimEnd()).not.toContain('\n');
  expect(prettyLine('{"level":"error","time":0,"msg":"x","err":{"message":"broken"}}')).toBe(
    '00:00:00.000 ERROR x error=broken\n',
  );
});
