import { configJsonSchema } from '../src/config/json-schema.ts';
import { referencePage } from '../src/config/reference-page.ts';
import { sampleFile } from '../src/config/sample-file.ts';
import { serviceSections } from '../src/server/sections.ts';
import { errorsPage } from './errors-page.ts';
import { metricsPage } from './metrics-page.ts';

/** A checked-in file that is made from the sources; `test/generated.test.ts` compares the two. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly file: string;
  readonly content: () => string;
}

export const generatedFiles: readonly GeneratedFile[] = [
  { file: 'pipeline.schema.json', content: () => `${JSON.stringify(configJsonSchema(serviceSections), null, 2)}\n` },
  { file: 'pipeline.toml', content: () => sampleFile(serviceSections) },
  { file: 'docs/config.md', content: () => referencePage(serviceSections) },
  { file: 'docs/errors.md', content: errorsPage },
  { file: 'docs/metrics.md', content: metricsPage },
];
