import { events } from '../support/upstream.ts';
import { answerOf, FLAVOURS } from './flavours.ts';

/** The OpenAI flavour stands for all of them where the fault is below the API. */
export const openAi = FLAVOURS[0]!;
export const ANSWER = answerOf(openAi, ['one ', 'two ', 'three']);
export const answer = events(ANSWER.join(''));

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await turn();
}

/** The base URL of an upstream, or of the proxy before it. */
export const at = (host: { readonly url: string }) => ({ base_url: `${host.url}/v1` });
