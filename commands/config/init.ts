import type { Command } from '../command.ts';

/** `config init`: a file to begin with. */
export const configInit: Command = {
  name: 'init',
  summary: 'write a pipeline.toml that shows every key with its default, and its JSON Schema beside it',
  options: [
    { flags: '-c, --config <file>', description: 'where to write; default ./pipeline.toml' },
    { flags: '--force', description: 'replace files that are there' },
  ],
  examples: ['orchestrator config init', 'orchestrator config init --config ~/.config/orchestrator/pipeline.toml'],
  async run(context, _args, options) {
    const [{ existsSync }, { dirname, join, resolve }, errors, { sampleFile }, { configJsonSchema }, sections, files] =
      await Promise.all([
        import('node:fs'),
        import('node:path'),
        import('../../src/core/errors.ts'),
        import('../../src/config/sample-file.ts'),
        import('../../src/config/json-schema.ts'),
        import('../../src/server/sections.ts'),
        import('../shared/atomic-file.ts'),
      ]);
    const { serviceSections } = sections;
    const path = resolve(context.cwd, (options['config'] as string | undefined) ?? 'pipeline.toml');
    // The first line of the file names it, so that editors know the keys.
    const schemaPath = join(dirname(path), 'pipeline.schema.json');
    const there = [path, schemaPath].filter((one) => existsSync(one));
    if (there.length > 0 && options['force'] !== true) {
      throw new errors.OrchestratorError('usage', `${there.join(' and ')} exists already; --force replaces it.`);
    }
    try {
      files.replaceFile(path, sampleFile(serviceSections));
      files.replaceFile(schemaPath, `${JSON.stringify(configJsonSchema(serviceSections), null, 2)}\n`);
    } catch (thrown) {
      throw new errors.OrchestratorError('usage', `${path} cannot be written: ${errors.messageOf(thrown)}`, {
        cause: thrown,
      });
    }
    context.stdout.write(`${path}\n${schemaPath}\n`);
    return 0;
  },
};
