import { configJsonSchema } from '../src/config/json-schema.ts';
import { referencePage } from '../src/config/reference-page.ts';
import { sampleFile } from '../src/config/sample-file.ts';
import { engineSections } from '../src/sections.ts';
import { errorsPage } from './errors-page.ts';

/** A checked-in file that is made from the sources; `test/generated.test.ts` compares the two. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly file: string;
  readonly content: () => string;
}

export const generatedFiles: readonly GeneratedFile[] = [
  { file: 'pipeline.schema.json', content: () => `${JSON.stringify(configJsonSchema(engineSections), null, 2)}\n` },
  { file: 'pipeline.toml', content: () => sampleFile(engineSections) },
  { file: 'docs/config.md', content: () => referencePage(engineSections) },
  { file: 'docs/errors.md', content: errorsPage },
];
