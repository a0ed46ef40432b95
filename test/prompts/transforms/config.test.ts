import { expect, test } from 'vitest';
import { workspace } from '../../config/workspace.ts';

const PATH = 'stages.post_process.transforms.0';

test.each([
  ['"trin"', `${PATH} = "trin" (pipeline.toml:2): must be one of "trim", "truncate:200", `],
  ['"regex_replace:a"', `${PATH} = "regex_replace:a" (pipeline.toml:2): must be one of `],
  ['"trim:5"', `${PATH} = "trim:5" (pipeline.toml:2): must be one of `],
  ['"truncate:0"', `${PATH} = "truncate:0" (pipeline.toml:2): max_chars must be an integer between 1 and 1000000`],
  ['"truncate:x"', `${PATH} = "truncate:x" (pipeline.toml:2): max_chars must be an integer between 1 and 1000000`],
  ['5', `${PATH} = 5 (pipeline.toml:2): must be text or a table`],
  ['{ kind = "nope" }', `${PATH}.kind = "nope" (pipeline.toml:2): must be one of "trim", "truncate", `],
  ['{ kind = "append" }', `${PATH}.text (pipeline.toml:2): text must be text`],
  ['{ kind = "trim", x = 1 }', `${PATH}.x = 1 (pipeline.toml:2): unknown key`],
  [
    '{ kind = "regex_replace", pattern = "(a", replacement = "" }',
    `${PATH}.pattern = "(a" (pipeline.toml:2): is no regular expression of RE2: missing closing ): \`(a\``,
  ],
  [
    '{ kind = "regex_replace", pattern = "a(?=b)", replacement = "" }',
    `${PATH}.pattern = "a(?=b)" (pipeline.toml:2): is no regular expression of RE2: `,
  ],
])('transforms = [%s] is told', async (written, fault) => {
  using place = workspace();
  place.write('pipeline.toml', `[stages.post_process]\ntransforms = [${written}]\n`);
  const faults = await place.faults();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test('short forms and tables stay as they were written', async () => {
  using place = workspace();
  const transforms = ['trim', 'prepend:a:b', { kind: 'truncate', max_chars: 3 }];
  place.write(
    'pipeline.toml',
    '[stages.assemble]\ntransforms = ["trim", "prepend:a:b", {kind="truncate", max_chars=3}]',
  );
  expect((await place.load()).config.stages.assemble.transforms).toEqual(transforms);
});
