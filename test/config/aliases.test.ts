import { expect, test } from 'vitest';
import { workspace } from './workspace.ts';

const capacities = async (toml: string, set: readonly string[] = []) => {
  using place = workspace();
  place.write('pipeline.toml', toml);
  const { config, warnings } = await place.load({ set });
  const { rag, assemble, inference, post_process, stream } = config.stages;
  const found = [rag, assemble, inference, post_process, stream].map((stage) => stage.channel_capacity);
  return { found, warnings };
};

test('both older families of names set the five capacities', async () => {
  const sizes = `[channel_sizes]
rag_to_assemble = 1
assemble_to_inference = 2
inference_to_post = 3
post_to_stream = 4
stream_output = 5
`;
  const root = `rag_channel_capacity = 1
assemble_channel_capacity = 2
inference_channel_capacity = 3
post_channel_capacity = 4
stream_channel_capacity = 5
`;
  for (const toml of [sizes, root]) expect(await capacities(toml)).toEqual({ found: [1, 2, 3, 4, 5], warnings: [] });
});

test('the present name wins within a file, and the loser is told', async () => {
  const { found, warnings } = await capacities('rag_channel_capacity = 1\n[stages.rag]\nchannel_capacity = 9\n');
  expect(found[0]).toBe(9);
  expect(warnings).toEqual([
    'rag_channel_capacity (pipeline.toml:1) has no effect: stages.rag.channel_capacity is set, too',
  ]);
});

test('of two older names the first family wins', async () => {
  const { found, warnings } = await capacities('rag_channel_capacity = 1\n[channel_sizes]\nrag_to_assemble = 2\n');
  expect(found[0]).toBe(2);
  expect(warnings).toEqual([
    'rag_channel_capacity (pipeline.toml:1) has no effect: channel_sizes.rag_to_assemble is set, too',
  ]);
});

test('an older name in a later layer beats the present one in an earlier', async () => {
  const { found, warnings } = await capacities('[stages.rag]\nchannel_capacity = 9\n', ['rag_channel_capacity=7']);
  expect([found[0], warnings]).toEqual([7, []]);
});

test('faults are told under the name that was written, even for what is missing', async () => {
  using place = workspace();
  place.write('pipeline.toml', '[workers.a]\ndelay_ms = 1\n');
  expect(await place.faults()).toEqual([
    'workers.a.kind (pipeline.toml:1): is required and must be one of "echo", "anthropic", "open_ai", "llama_cpp", "vllm"',
  ]);
});

test('workers is providers, and the two merge', async () => {
  using place = workspace();
  place.write(
    'pipeline.toml',
    '[workers.a]\nkind = "echo"\n[workers.b]\nkind = "echo"\ndelay_ms = 1\n[providers.b]\ndelay_ms = 2\n',
  );
  const { config, warnings } = await place.load();
  expect(Object.keys(config.providers).sort()).toEqual(['a', 'b']);
  expect(config.providers['b']).toMatchObject({ kind: 'echo', delay_ms: 2 });
  expect(warnings).toEqual(['workers.b.delay_ms (pipeline.toml:5) has no effect: providers.b.delay_ms is set, too']);
});
