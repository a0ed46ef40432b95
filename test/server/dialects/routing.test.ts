import type { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, postJson, startGateway, startUpstream } from './upstreams.ts';

let upstream: LLMock;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.stop());

/** A gateway with a provider of each dialect; who comes first answers by default. */
const both = (first: 'oa' | 'an', values: object = {}): Promise<Gateway> => {
  const oa = { kind: 'open_ai', base_url: `${upstream.url}/v1`, model: 'gpt-4o' };
  const an = { kind: 'anthropic', base_url: upstream.url, model: 'claude-sonnet-4-6' };
  return startGateway('echo', '', { providers: first === 'oa' ? { oa, an } : { an, oa }, ...values });
};

const messages = [{ role: 'user', content: 'Explain backpressure' }];

/** Asks in a dialect; who answered, with which model, or the error. */
async function asked(gateway: Gateway, dialect: 'openai' | 'anthropic', body: object, headers = {}) {
  const [path, own] = dialect === 'openai' ? ['/v1/chat/completions', {}] : ['/v1/messages', { max_tokens: 100 }];
  const reply = await postJson(gateway, path, { model: 'anything', messages, ...own, ...body }, headers);
  return reply.status === 200
    ? [reply.headers.get('x-orchestrator-provider'), reply.headers.get('x-orchestrator-model')]
    : [reply.status, reply.body.error.param, reply.body.error.message];
}

describe.each(['openai', 'anthropic'] as const)('%s', (dialect) => {
  test('the model names who answers: a provider, a provider and a model, a model of theirs, an alias', async () => {
    await using gateway = await both('oa', {
      routing: { aliases: { 'my-model': 'an/claude-opus-4-1', cheap: 'oa' } },
    });
    const by = (model: string) => asked(gateway, dialect, { model });
    expect(await by('an')).toEqual(['an', 'claude-sonnet-4-6']);
    expect(await by('an/claude-haiku-4-5')).toEqual(['an', 'claude-haiku-4-5']);
    expect(await by('claude-sonnet-4-6')).toEqual(['an', 'claude-sonnet-4-6']);
    expect(await by('gpt-4o')).toEqual(['oa', 'gpt-4o']);
    expect(await by('my-model')).toEqual(['an', 'claude-opus-4-1']);
    expect(await by('cheap')).toEqual(['oa', 'gpt-4o']);
    expect(await by('gpt-5')).toEqual(['oa', 'gpt-5']);

    const headers: Record<string, string> = dialect === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
    // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
    const get = async (path: string): Promise<any> => (await fetch(`${gateway.url}${path}`, { headers })).json();
    const ids = (await get('/v1/models')).data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(['gpt-4o', 'claude-sonnet-4-6', 'my-model', 'cheap']);
    expect((await get('/v1/models/my-model')).id).toBe('my-model');
    expect((await get('/v1/models/an%2Fclaude-sonnet-4-6')).id).toBe('claude-sonnet-4-6');
  });

  test('the route header names the pipeline, the others are heard, too', async () => {
    await using gateway = await both('oa', {
      pipelines: { one: { class: 'general', providers: ['oa'] }, two: { class: 'faq', providers: ['an'] } },
    });
    const route = (name: string) => asked(gateway, dialect, {}, { 'x-orchestrator-route': name });
    expect((await route('one'))[0]).toBe('oa');
    expect((await route('two'))[0]).toBe('an');
    expect((await route('three'))[0]).toBe(400);
    expect((await asked(gateway, dialect, {}, { 'x-orchestrator-priority': 'now' }))[1]).toBe(
      'x-orchestrator-priority',
    );
    expect((await asked(gateway, dialect, {}, { 'x-orchestrator-session': 's' }))[0]).toEqual(expect.any(String));
    expect(gateway.engine.requests().ended.some(({ session }) => session === 's')).toBe(true);
  });

  test('what can be said in one dialect only goes to a provider of that dialect', async () => {
    const only =
      dialect === 'openai' ? { seed: 5, made_up: true } : { thinking: { type: 'enabled', budget_tokens: 1024 } };
    const [own, other] = dialect === 'openai' ? (['oa', 'an'] as const) : (['an', 'oa'] as const);
    await using gateway = await both(other);
    expect((await asked(gateway, dialect, {}))[0]).toBe(other);
    expect((await asked(gateway, dialect, only))[0]).toBe(own);
    // Who names a provider means it, and is told what it has no word for.
    const [status, param, message] = await asked(gateway, dialect, { ...only, model: other });
    expect([status, Object.keys(only)]).toEqual([400, expect.arrayContaining([param])]);
    expect(message).toContain('cannot be said in');
  });
});
