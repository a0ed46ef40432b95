import { hash } from 'node:crypto';
import type { Sample } from './samples.ts';

/** A way to hold rows back: the model is fitted to `train` and asked about `test`. */
export interface Fold {
  readonly name: string;
  readonly train: readonly Sample[];
  readonly test: readonly Sample[];
}

const PHRASE_FOLDS = 4;
/** Rows that were put together from short lists of heads and tails. */
const isAuthored = ({ row }: Sample): boolean => row.source === 'authored';
const bits = (text: string): number => Number.parseInt(hash('sha256', text).slice(0, 8), 16);

/**
 * Every source in turn: how well the guard does on what comes from somewhere else. Attacks and benign rows apart.
 * @param always rows that are learnt each time, and never asked about
 */
export function bySource(samples: readonly Sample[], always: readonly Sample[] = []): readonly Fold[] {
  const nameOf = ({ row }: Sample): string => `${row.label} ${row.source}`;
  const names = [...new Set(samples.map(nameOf))].sort();
  return names.map((name) => ({
    name,
    train: [...samples.filter((sample) => nameOf(sample) !== name), ...always],
    test: samples.filter((sample) => nameOf(sample) === name),
  }));
}

/**
 * Four folds by phrase: how well it does on other rows of the same kinds. A row of the training half that shares half of
 * its runs of five words with a test row is left out; of authored rows, one that shares any, and those are parted by how
 * they begin and end.
 */
export function byPhrase(samples: readonly Sample[], always: readonly Sample[] = []): readonly Fold[] {
  const foldOf = new Map(samples.map((sample) => [sample, phraseFold(sample)]));
  return Array.from({ length: PHRASE_FOLDS }, (_, at) => {
    const test = samples.filter((sample) => foldOf.get(sample) === at);
    const tested = new Set(test.flatMap(({ runs }) => [...runs]));
    const train = samples.filter((sample) => {
      if (foldOf.get(sample) === at) return false;
      let shared = 0;
      for (const run of sample.runs) if (tested.has(run)) shared++;
      return isAuthored(sample) ? shared === 0 : shared < sample.runs.size / 2;
    });
    return { name: `phrases ${at + 1}/${PHRASE_FOLDS}`, train: [...train, ...always], test };
  });
}

function phraseFold(sample: Sample): number {
  const { text } = sample.row;
  if (!isAuthored(sample)) return bits(text) % PHRASE_FOLDS;
  const words = text.toLowerCase().split(/\s+/);
  return 2 * (bits(words.slice(0, 3).join(' ')) % 2) + (bits(words.slice(-3).join(' ')) % 2);
}
