import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chunk, chunkText } from '../../../src/prompts/retrieval/chunks.ts';

const cut = (text: string, bytes = 1024, markdown = true) => chunkText(text, { bytes, markdown });
const texts = (text: string, chunks: readonly Chunk[]) => chunks.map(({ start, end }) => text.slice(start, end));

/** Texts that look like documents, and such that look like nothing. */
const documents = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        '# One\n',
        '## Two\r\n',
        '```\n',
        '\n',
        '\r',
        'word ',
        'longer words here\n',
        '漢字',
        '👩‍💻',
        '\ud800',
        '\t',
      ),
      { maxLength: 120 },
    )
    .map((parts) => parts.join('')),
);

test('chunks cover the text in order, none is over the limit, and none cuts a character', () => {
  fc.assert(
    fc.property(documents, fc.integer({ min: 8, max: 120 }), fc.boolean(), (text, bytes, markdown) => {
      const chunks = cut(text, bytes, markdown);
      let covered = 0;
      for (const { start, end } of chunks) {
        expect(Buffer.byteLength(text.slice(start, end))).toBeLessThanOrEqual(bytes);
        expect(text.slice(covered, Math.max(covered, start)).trim()).toBe('');
        expect(end).toBeGreaterThan(covered);
        for (const at of [start, end])
          expect(text.slice(at - 1, at + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/);
        covered = end;
      }
      expect(text.slice(covered).trim()).toBe('');
    }),
  );
});

test('lines are those that an editor counts', () => {
  fc.assert(
    fc.property(documents, fc.integer({ min: 8, max: 120 }), (text, bytes) => {
      for (const { start, end, firstLine, lastLine } of cut(text, bytes)) {
        const lineOf = (at: number) => text.slice(0, at).split(/\r\n|\r|\n/).length;
        expect([firstLine, lastLine]).toEqual([
          lineOf(start),
          lineOf(end - (/\r\n$/.test(text.slice(start, end)) ? 2 : 1)),
        ]);
      }
    }),
  );
});

test('a section is a chunk that knows its headings; headings without text go with what follows', () => {
  const text = '# Guide\n\n## Queues\n\nBounded.\n\n### Ageing\n\nFair.\n\n## Retries\n\nOnce.\n';
  const chunks = cut(text);
  expect(chunks.map(({ headings, firstLine, lastLine }) => [headings, firstLine, lastLine])).toEqual([
    ['Guide > Queues', 1, 6],
    ['Guide > Queues > Ageing', 7, 10],
    ['Guide > Retries', 11, 13],
  ]);
  expect(texts(text, chunks)[0]).toBe('# Guide\n\n## Queues\n\nBounded.\n\n');
});

test('a section that is too long is cut between paragraphs', () => {
  const text = `# Long\n\n${'a'.repeat(60)}\n\n${'b'.repeat(60)}\n`;
  expect(texts(text, cut(text, 80))).toEqual([`# Long\n\n${'a'.repeat(60)}\n\n`, `${'b'.repeat(60)}\n`]);
});

test('a heading stays with its paragraph, however long that is', () => {
  const text = `# Long\n\n${'words and '.repeat(12)}\n`;
  expect(texts(text, cut(text, 80))[0]).toMatch(/^# Long\n\nwords and/);
});

test('a paragraph that is too long is cut between lines, and goes on with its last line, when that is short', () => {
  const lines = Array.from({ length: 6 }, (_, i) => `line number ${i} of it\n`);
  const text = lines.join('');
  expect(texts(text, cut(text, 90))).toEqual([lines.slice(0, 4).join(''), lines.slice(3).join('')]);
});

test('a line that is too long is cut between words', () => {
  const text = 'alpha beta gamma delta';
  expect(texts(text, cut(text, 12))).toEqual(['alpha beta ', 'gamma delta']);
});

test('in code and other plain text, # is no heading; nor is it in a fenced block', () => {
  const text = '# a comment\nx = 1\n\n# another\ny = 2\n';
  expect(cut(text, 1024, false)).toHaveLength(1);
  const fenced = 'Before.\n\n```sh\n# a comment\n\nnpm ci\n```\n';
  expect(cut(fenced)).toMatchObject([{ headings: '' }]);
});

test('white space alone is no chunk', () => expect(cut(' \n\n\t\n')).toEqual([]));
