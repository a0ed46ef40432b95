import type { PromptRequest } from '../../../src/core/request.ts';

/** What every design hands back: the request and its text. */
export interface Answer {
  readonly request: PromptRequest;
  readonly text: string;
}

/**
 * Where answers arrive. Reading a character makes V8 put the pieces of the text together, as any real use would; keeping
 * the latest answer makes it build the request, which it would leave out where nobody could see it.
 */
export class Receiver {
  answered = 0;
  lastCharacter = 0;
  latest: Answer | null = null;
  private characters = 0;

  take(answer: Answer): void {
    const { text } = answer;
    this.answered++;
    this.characters += text.length;
    if (text !== '') this.lastCharacter = text.charCodeAt(text.length - 1);
    this.latest = answer;
  }

  /** Only answers received count: throws when one is missing, or is not what was asked. Starts anew. */
  check(requests: number, characters: number): void {
    if (this.answered !== requests || this.characters !== characters) {
      throw new Error(`${this.answered} answers with ${this.characters} characters to ${requests} requests`);
    }
    this.answered = 0;
    this.characters = 0;
  }
}
