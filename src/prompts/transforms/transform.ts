import type { TextFlow } from '../../core/text-flow.ts';

/** One kind of text transform. Adding one is a file, a line in `index.ts` and its schema in `config.ts`. */
export interface TransformDefinition<Settings> {
  /** Its short form in a configuration, with an example of its argument: `truncate:200`. Null: a table only. */
  readonly example: string | null;
  /** The setting that stands behind the colon of the short form. */
  readonly argument?: keyof Settings & string;
  /** True: text goes on as it arrives. False: it waits until the end of the text is known. */
  readonly incremental: boolean;
  /** Prepares the transform; the function starts it on one text. Throws what is wrong with the settings. */
  create(settings: Settings): () => TextFlow;
}

/** A flow that needs the whole text: nothing goes on before its end. */
export function onWhole(change: (text: string) => string): () => TextFlow {
  return () => {
    let whole = '';
    return {
      feed(text) {
        whole += text;
        return '';
      },
      flush: () => change(whole),
    };
  };
}
