import type { StreamEvent } from '../../src/conversation/stream-subscription.ts';

/** What a reader that keeps up gets of a subscription, as it gets it. */
export function reading(subscription: AsyncIterable<StreamEvent>): StreamEvent[] {
  const events: StreamEvent[] = [];
  void (async () => {
    for await (const event of subscription) events.push(event);
  })();
  return events;
}

export const textEvent = (stream: string, text: string): StreamEvent => ({ kind: 'text', stream, text });

export const endEvent = (stream: string, status = 'completed'): StreamEvent => ({ kind: 'end', stream, status });
