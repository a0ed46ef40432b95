import { describe, expect, test } from 'vitest';
import type { Route } from '../../src/server/route.ts';
import { routes } from '../../src/server/routes/index.ts';
import { DOCUMENTED_ROUTES } from './documented-routes.ts';
import { testServer } from './support/server.ts';

const lines = routes.flatMap(({ method, paths }) => paths.map((path) => `${method} ${path}`));

/** Who may call without a key, and the one with a key of its own. */
const OPEN = ['GET /health', 'GET /v1/health', 'GET /live', 'GET /ready'];
const METRICS = ['GET /metrics'];

describe('the route table', () => {
  test.each(routes.map((route) => [`${route.method} ${route.paths[0]}`, route] as const))(
    '%s says who may call it, how much it takes, and what',
    (_name, route: Route) => {
      expect(['open', 'key', 'metrics']).toContain(route.auth);
      const { bodyBytes } = route.limits;
      expect(bodyBytes === 'configured' || bodyBytes > 0).toBe(true);
      expect(Object.keys(route.schema.replies)).not.toEqual([]);
      expect(route.summary).toMatch(/^[A-Z"].*[^.]$/);
      // A body that is read needs a schema, and one that has none is not read.
      expect(route.schema.body !== undefined || bodyBytes !== 'configured').toBe(true);
      for (const path of route.paths) {
        if (path.includes(':')) expect(route.schema.params, path).toBeDefined();
      }
    },
  );

  test('every documented route is there', () => {
    expect(DOCUMENTED_ROUTES.filter((line) => !lines.includes(line))).toEqual([]);
  });

  test('no route is there twice', () => {
    expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
  });

  test('only health is open, and only metrics have a key of their own', () => {
    const of = (auth: Route['auth']) =>
      routes.filter((route) => route.auth === auth).flatMap(({ method, paths }) => paths.map((p) => `${method} ${p}`));
    expect(of('open')).toEqual(OPEN);
    expect(of('metrics')).toEqual(METRICS);
  });
});

test('with a key set, every route but the open ones wants it', async () => {
  await using server = await testServer({ environment: { API_KEY: 'right' } });
  const refused: string[] = [];
  for (const line of lines) {
    const [method = '', path = ''] = line.split(' ');
    const { status, body } = await server.send(method, path.replace(/:\w+/g, 'x'));
    if (status === 401 && body.error.code === 'unauthorized') refused.push(line);
  }
  expect(lines.filter((line) => !refused.includes(line))).toEqual(OPEN);
});

test('no way of writing a path leads around the key', async () => {
  await using server = await testServer({ environment: { API_KEY: 'right' } });
  for (const path of [
    '//v1/snapshot',
    '/v1//snapshot',
    '/V1/snapshot',
    '/v1/%73napshot',
    '/v1/snapshot/',
    '/health/../v1/snapshot',
    '/nowhere',
  ]) {
    expect((await server.get(path)).status, path).toBe(401);
  }
});

test('what is not built yet says so by name, and nothing is invented', async () => {
  await using server = await testServer();
  const { status, body } = await server.send('POST', '/v1/embeddings', { model: 'x', input: 'y' });
  expect(status).toBe(501);
  expect(body.error).toMatchObject({ code: 'not_built', message: 'Not built yet: responses and embeddings.' });
});

test('a known path says which methods it has, an unknown one is not found, both in the one shape', async () => {
  await using server = await testServer();
  const wrong = await server.get('/api/v1/infer');
  expect([wrong.status, wrong.headers.get('allow'), wrong.body.error.code]).toEqual([
    405,
    'POST',
    'method_not_allowed',
  ]);
  expect((await server.send('DELETE', '/v1/prompt')).status).toBe(405);
  expect((await server.send('HEAD', '/health')).status).toBe(200);
  expect((await server.send('HEAD', '/v1/events')).status).toBe(405);
  const page = await server.send('HEAD', '/');
  expect([page.status, page.headers.get('content-type'), page.text]).toEqual([200, 'text/html; charset=utf-8', '']);
  const unknown = await server.get('/v2/nothing');
  expect([unknown.status, unknown.body.error]).toEqual([
    404,
    expect.objectContaining({ code: 'not_found', source: 'gateway', param: null }),
  ]);
});

test('OpenAPI 3.1 has every path with its parameters, bodies and errors', async () => {
  await using server = await testServer();
  const { body } = await server.get('/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const documented = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(documented.sort()).toEqual([...lines].sort());
  expect(body.paths['/api/v1/result/{id}'].get.parameters).toEqual([
    expect.objectContaining({ name: 'id', in: 'path', required: true }),
    expect.objectContaining({ name: 'timeout_secs', in: 'query', required: false }),
  ]);
  const infer = body.paths['/api/v1/infer'].post;
  expect(infer.requestBody.content['application/json'].schema.required).toEqual(['prompt']);
  expect(infer.responses.default.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
  expect(body.paths['/health'].get.security).toEqual([]);
  const ids = Object.values<object>(body.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }: { operationId: string }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('the schema of the configuration is that of the file', async () => {
  await using server = await testServer();
  const { body } = await server.get('/api/v1/schema');
  expect(Object.keys(body.properties)).toEqual(
    expect.arrayContaining(['pipeline', 'stages', 'server', 'observability']),
  );
});
