import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { echoing, type TestServer, testServer } from './support/server.ts';

/** Sends bytes as they are, and returns everything that comes back until the server closes; `rest` keeps more to come. */
async function raw(server: TestServer, text: string, rest = false): Promise<string> {
  const socket = connect(server.server.port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.on('error', () => undefined);
  if (rest) socket.write(text);
  else socket.end(text);
  await once(socket, 'close');
  return answer;
}

const body = '{"input":"a"}';
const head = (lines: string) =>
  `POST /v1/prompt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${lines}`;

describe('requests that two readers could understand differently', () => {
  test.each([
    ['both lengths', head(`Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)],
    ['two lengths', head(`Content-Length: ${body.length}\r\nContent-Length: 3\r\n\r\n${body}`)],
    ['a length that is none', head(`Content-Length: +${body.length}\r\n\r\n${body}`)],
    ['bare line feeds', `GET /health HTTP/1.1\nHost: 127.0.0.1\nX: y\n\n`],
    ['a folded header', `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n`],
    ['white space before the colon', `GET /health HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n`],
    ['an encoding on top of chunked', head('Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n')],
    ['a chunk size that is none', head('Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n')],
    ['two hosts', `GET /v1/snapshot HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n`],
    ['no host', `GET /v1/snapshot HTTP/1.1\r\n\r\n`],
    ['a NUL in a header', `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n`],
    ['no HTTP at all', `\x16\x03\x01\x02\x00\r\n\r\n`],
  ])('%s: refused and closed', async (_name, text) => {
    await using server = await testServer({ provider: echoing() });
    expect(await raw(server, text)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(server.engine.snapshot().totals.submitted).toBe(0);
  });

  test('what is hidden behind a chunked body is not taken for a request', async () => {
    await using server = await testServer({ provider: echoing() });
    const smuggled = 'GET /v1/config HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    const answer = await raw(server, head(`Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n${smuggled}`));
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(answer).toContain('HTTP/1.1 400');
  });
});

test('fault 50: a body that stalls is cut off when its time is over', async () => {
  await using server = await testServer({ requestMs: 50 });
  const answer = await raw(server, head(`Content-Length: ${body.length}\r\n\r\n{"input":`), true);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!).error.code).toBe('request_timeout');
  expect(server.engine.snapshot().totals.submitted).toBe(0);
});

describe('sizes', () => {
  test('headers over 16 KiB are 431 in the one shape', async () => {
    await using server = await testServer();
    const answer = await raw(server, `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toContain('HTTP/1.1 431');
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!).error.code).toBe('headers_too_large');
  });

  test('a body over the limit is refused before it is read', async () => {
    await using server = await testServer({ values: { server: { body_limit_mb: 0.01 } } });
    const answer = await raw(server, head(`Content-Length: ${64 * 1024 * 1024}\r\n\r\n{`));
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('body_too_large');
    const chunked = await server.send('POST', '/v1/prompt', `{"input":"${'x'.repeat(20_000)}"}`);
    expect(chunked.status).toBe(413);
  });

  test('JSON that is nested 100,000 deep is refused, and a million keys are only unknown fields', async () => {
    await using server = await testServer({ values: { server: { body_limit_mb: 32 } } });
    const deep = await server.send('POST', '/v1/prompt', `{"input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect([deep.status, deep.body.error.message]).toEqual([400, 'The body is nested more than 64 deep.']);
    const keys = Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join(',');
    expect((await server.send('POST', '/v1/prompt', `{${keys}}`)).status).toBe(400);
    expect((await server.get('/live')).status).toBe(200);
  });
});

describe('bodies', () => {
  test.each([
    ['no JSON', '{"input":', 400, 'request_invalid'],
    ['nothing', '', 400, 'request_invalid'],
    ['null', 'null', 400, 'request_invalid'],
    ['a prototype', '{"input":"a","__proto__":{"admin":true}}', 400, 'request_invalid'],
    ['a prototype in disguise', '{"input":"a","\\u005f_proto__":{"admin":true}}', 400, 'request_invalid'],
    ['a prototype below', '{"input":"a","metadata":{"constructor":{"prototype":{"x":1}}}}', 400, 'request_invalid'],
  ])('%s', async (_name, text, status, code) => {
    await using server = await testServer({ provider: echoing() });
    const reply = await server.send('POST', '/v1/prompt', text);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a form of a foreign page (%s) is no JSON',
    async (type) => {
      await using server = await testServer({ provider: echoing() });
      const reply = await server.send('POST', '/v1/prompt', body, { 'content-type': type });
      expect([reply.status, reply.body.error.code]).toEqual([415, 'content_type_unsupported']);
      expect(reply.body.error.message).toBe(`A body is application/json, not ${JSON.stringify(type)}.`);
    },
  );

  test('a compressed body is told that it is one', async () => {
    await using server = await testServer({ provider: echoing() });
    const reply = await server.send('POST', '/v1/prompt', body, { 'content-encoding': 'gzip' });
    expect(reply.status).toBe(415);
    expect(reply.body.error.message).toContain('content-encoding "gzip"');
  });

  test('bytes that are no UTF-8 are refused', async () => {
    await using server = await testServer();
    const reply = await fetch(`${server.url}/v1/prompt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"input":"\xff"}', 'latin1'),
    });
    expect(reply.status).toBe(400);
  });

  test('a query cannot be used for what its schema does not know', async () => {
    await using server = await testServer();
    for (const query of ['__proto__[x]=1', 'limit=1&limit=2', 'unknown=1', 'limit=abc']) {
      expect((await server.get(`/v1/dlq?${query}`)).status, query).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('pages of other origins', () => {
  test.each([
    ['a foreign name', { host: 'evil.example' }, 'host_refused'],
    ['a foreign name with our port', { host: 'evil.example:8080' }, 'host_refused'],
    ['a name that begins like ours', { host: 'localhost.evil.example' }, 'host_refused'],
    ['an address that is not ours', { host: '10.0.0.1' }, 'host_refused'],
    ['a foreign origin', { origin: 'https://evil.example' }, 'origin_refused'],
    ['an origin of a file', { origin: 'null' }, 'origin_refused'],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 'origin_refused'],
    ['a navigation from elsewhere', { 'sec-fetch-site': 'cross-site' }, 'origin_refused'],
  ])('%s is refused', async (_name, headers, code) => {
    await using server = await testServer({ provider: echoing() });
    const lines = Object.entries({ host: '127.0.0.1', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    for (const path of ['/v1/snapshot', '/', '/v1/stream/sse?input=a', '/nowhere']) {
      const answer = await raw(server, `GET ${path} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
      expect(answer, path).toContain('HTTP/1.1 403');
      expect(answer, path).toContain(code);
      expect(answer.toLowerCase()).not.toContain('access-control-allow-origin');
    }
    expect(server.engine.snapshot().totals.submitted).toBe(0);
  });

  test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '[::1]:8080', 'known.example'])(
    '%s is us',
    async (host) => {
      await using server = await testServer({ values: { server: { allowed_hosts: ['known.example'] } } });
      expect(await raw(server, `GET /v1/snapshot HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toContain(
        'HTTP/1.1 200',
      );
    },
  );

  test('probes and metrics are answered under any name', async () => {
    await using server = await testServer();
    for (const path of ['/health', '/live', '/ready', '/metrics']) {
      expect(await raw(server, `GET ${path} HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n`)).toContain(
        'HTTP/1.1 200',
      );
    }
  });

  test('a listed origin may call, with a correct preflight; no other, and never *', async () => {
    const allowed = 'https://app.example';
    await using server = await testServer({
      provider: echoing(),
      environment: { API_KEY: 'right', ALLOWED_ORIGINS: `${allowed}, *` },
    });
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const preflight = await server.send('OPTIONS', '/v1/prompt', undefined, { origin: allowed, ...asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(preflight.headers.get('vary')).toBe('origin');
    const foreign = await server.send('OPTIONS', '/v1/prompt', undefined, { origin: 'https://evil.example', ...asked });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const call = await server.send(
      'POST',
      '/v1/prompt',
      { input: 'a' },
      { origin: allowed, authorization: 'Bearer right' },
    );
    expect([call.status, call.headers.get('access-control-allow-origin')]).toEqual([200, allowed]);
    const stream = await fetch(`${server.url}/v1/stream/sse?input=a`, {
      headers: { origin: allowed, authorization: 'Bearer right' },
    });
    expect(stream.headers.get('access-control-allow-origin')).toBe(allowed);
    await stream.text();
  });
});

describe('keys', () => {
  test('the key opens as bearer, as x-api-key and as the password of the page; of several each does', async () => {
    await using server = await testServer({ environment: { API_KEY: 'first, second' } });
    const status = async (headers: Record<string, string>) => (await server.get('/v1/snapshot', headers)).status;
    expect(await status({ authorization: 'Bearer first' })).toBe(200);
    expect(await status({ authorization: 'bearer second' })).toBe(200);
    expect(await status({ 'x-api-key': 'second' })).toBe(200);
    expect(await status({ authorization: `Basic ${Buffer.from('me:first').toString('base64')}` })).toBe(200);
    for (const wrong of ['firs', 'first,', 'First', 'first, second', '']) {
      expect(await status({ authorization: `Bearer ${wrong}` }), wrong).toBe(401);
    }
    expect(await status({})).toBe(401);
    const page = await server.get('/');
    expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="orchestrator"']);
    expect((await server.get('/v1/snapshot')).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('metrics have a key of their own, and take no other', async () => {
    await using server = await testServer({ environment: { API_KEY: 'api', METRICS_API_KEY: 'scrape' } });
    const status = async (path: string, key: string) =>
      (await server.get(path, { authorization: `Bearer ${key}` })).status;
    expect(await status('/metrics', 'scrape')).toBe(200);
    expect(await status('/metrics', 'api')).toBe(401);
    expect(await status('/v1/snapshot', 'scrape')).toBe(401);
    await using plain = await testServer({ environment: { API_KEY: 'api' } });
    expect((await plain.get('/metrics')).status).toBe(401);
  });

  test('a key is nowhere in what is logged or answered', async () => {
    await using server = await testServer({ environment: { API_KEY: 'canary-key-1' }, provider: echoing() });
    const headers = { authorization: 'Bearer canary-key-1' };
    await server.send('POST', '/v1/prompt', { input: 'canary-prompt' }, headers);
    await server.send('POST', '/v1/prompt', { nothing: 'canary-prompt' }, headers);
    await server.get('/v1/snapshot', { authorization: 'Bearer canary-key-2' });
    const told = [
      ...server.log,
      (await server.get('/v1/snapshot', headers)).text,
      (await server.get('/metrics', headers)).text,
    ].join('\n');
    expect(told).not.toMatch(/canary/);
    const lines = server.log.map((line) => JSON.parse(line)).filter(({ route }) => route !== undefined);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.every(({ request_id }) => typeof request_id === 'string')).toBe(true);
  });

  test('an address that others can reach needs a key, or to be told that it needs none', async () => {
    const values = { server: { host: '0.0.0.0' } };
    await expect(testServer({ values })).rejects.toMatchObject({ code: 'config_invalid', param: 'server.host' });
    await using guarded = await testServer({ values, environment: { API_KEY: 'k' } });
    expect(guarded.server.port).toBeGreaterThan(0);
    await using insecure = await testServer({ values, insecure: true });
    expect(insecure.server.port).toBeGreaterThan(0);
  });
});
