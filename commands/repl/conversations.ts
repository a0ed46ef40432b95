import type { Message } from '../../src/core/request.ts';

/** Messages of a conversation that are remembered, and sent with the next prompt. */
const WINDOW = 20;

/** The conversations of this process, by name; each remembers its latest messages. */
export class Conversations {
  private readonly byName = new Map<string, readonly Message[]>();
  current: string;

  constructor(first: string) {
    this.current = first;
    this.byName.set(first, []);
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  messages(name = this.current): readonly Message[] {
    return this.byName.get(name) ?? [];
  }

  /** Goes on with the conversation of this name, or begins it. */
  open(name: string): void {
    this.current = name;
    if (!this.byName.has(name)) this.byName.set(name, []);
  }

  /** A prompt that was answered; one that was not leaves no trace. */
  add(name: string, prompt: string, answer: string): void {
    const messages: readonly Message[] = [
      ...this.messages(name),
      { role: 'user', content: prompt },
      { role: 'assistant', content: answer },
    ];
    this.byName.set(name, messages.slice(-WINDOW));
  }

  clear(): void {
    this.byName.set(this.current, []);
  }
}
