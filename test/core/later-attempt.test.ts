import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { Job } from '../../src/core/job.ts';
import { LaterAttempt } from '../../src/core/later-attempt.ts';
import { prompt } from '../support/scripted-provider.ts';

const fault = (message: string) => new OrchestratorError('provider_failed', message);

/** A call whose first attempt has failed, and the one after it. */
function second() {
  const call = new Job(prompt('go'), null, null);
  call.error = fault('the first failed');
  call.close();
  return { call, attempt: new LaterAttempt(call) };
}

test('asks what the call asks, and hands its text and its end to it', () => {
  const { call, attempt } = second();
  expect(attempt).toMatchObject({ id: 'go', messages: call.messages, parameters: {}, tools: [], wanted: true });
  attempt.begin('up', 'm');
  attempt.emit('the answer');
  Object.assign(attempt, { finishReason: 'stop', inputTokens: 3, outputTokens: 2, cached: { read: 1, write: 0 } });
  attempt.close();
  call.take(attempt);
  expect(call).toMatchObject({
    ...{ text: 'the answer', provider: 'up', model: 'm', attempts: 1, error: null, finishReason: 'stop' },
    ...{ inputTokens: 3, outputTokens: 2, cached: { read: 1, write: 0 } },
  });
});

test('once closed, its provider has no say any more', () => {
  const { call, attempt } = second();
  attempt.emit('in time');
  attempt.close();
  attempt.emit(', too late');
  attempt.error = fault('too late');
  expect(attempt).toMatchObject({ wanted: false, error: null });
  expect(call.text).toBe('in time');
});

test('the first error stays', () => {
  const { attempt } = second();
  attempt.error = fault('first');
  attempt.error = fault('second');
  attempt.fail(fault('third'));
  expect(attempt.error!.message).toBe('first');
});

test('it is not wanted when its call has ended, and has then ended like the call', () => {
  const { call, attempt } = second();
  const cancelled = new OrchestratorError('cancelled', 'gone');
  call.conclude('cancelled', cancelled);
  expect(attempt.wanted).toBe(false);
  attempt.emit('nobody hears this');
  attempt.close();
  call.take(attempt);
  expect(attempt.error).toBe(cancelled);
  expect(call).toMatchObject({ text: '', ended: 'cancelled', error: cancelled });
});

test('when the call is abandoned, every attempt is aborted; aborting one leaves the others alone', () => {
  const { call, attempt } = second();
  const third = new LaterAttempt(call);
  attempt.abort();
  expect([attempt.signal.aborted, third.signal.aborted]).toEqual([true, false]);
  call.abandon();
  expect([call.signal.aborted, third.signal.aborted]).toEqual([true, true]);
});

test('with a sink of its own, the call hears nothing of its text until somebody hands it on', () => {
  const { call } = second();
  const pieces: string[] = [];
  const attempt = new LaterAttempt(call, (text) => pieces.push(text));
  attempt.emit('a');
  attempt.emit('');
  attempt.emit('b');
  expect([pieces, call.text]).toEqual([['a', 'b'], '']);
});
