import type { Command } from '../command.ts';

/** `config schema`: the JSON Schema of the file, for editors. */
export const configSchema: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of pipeline.toml, for editors',
  examples: ['orchestrator config schema > pipeline.schema.json'],
  async run(context) {
    const [{ configJsonSchema }, { serviceSections }] = await Promise.all([
      import('../../src/config/json-schema.ts'),
      import('../../src/server/sections.ts'),
    ]);
    context.stdout.write(`${JSON.stringify(configJsonSchema(serviceSections), null, 2)}\n`);
    return 0;
  },
};
