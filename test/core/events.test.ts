import { expect, test } from 'vitest';
import { createBus } from '../../src/core/events.ts';

interface Happenings {
  'pot.boiled': { readonly degrees: number };
  'pot.spilled': { readonly litres: number };
}

const bus = () => createBus<Happenings>();

test('listeners hear the events of their name, in the order they came', () => {
  const events = bus();
  const heard: string[] = [];
  events.on('pot.boiled', ({ degrees }) => heard.push(`first ${degrees}`));
  events.on('pot.boiled', ({ degrees }) => heard.push(`second ${degrees}`));
  events.emit('pot.boiled', { degrees: 100 });
  events.emit('pot.spilled', { litres: 1 });
  expect(heard).toEqual(['first 100', 'second 100']);
});

test('a listener that throws is counted, and the others run', () => {
  const events = bus();
  const heard: number[] = [];
  events.on('pot.boiled', () => {
    throw new Error('burnt');
  });
  events.on('pot.boiled', ({ degrees }) => heard.push(degrees));
  events.emit('pot.boiled', { degrees: 1 });
  events.emit('pot.boiled', { degrees: 2 });
  expect(heard).toEqual([1, 2]);
  expect(events.faults).toBe(2);
});

test('who is asked whether anybody listens knows', () => {
  const events = bus();
  expect(events.heard('pot.boiled')).toBe(false);
  const off = events.on('pot.boiled', () => undefined);
  expect(events.heard('pot.boiled')).toBe(true);
  off();
  expect(events.heard('pot.boiled')).toBe(false);
});

test('a listener that was added twice is taken off once at a time', () => {
  const events = bus();
  let calls = 0;
  const listener = () => void calls++;
  const off = events.on('pot.boiled', listener);
  events.on('pot.boiled', listener);
  off();
  off();
  events.emit('pot.boiled', { degrees: 1 });
  expect(calls).toBe(1);
});

test('who comes or goes while an event is told changes the next one', () => {
  const events = bus();
  const heard: string[] = [];
  const off = events.on('pot.boiled', () => {
    heard.push('old');
    off();
    events.on('pot.boiled', () => heard.push('new'));
  });
  events.emit('pot.boiled', { degrees: 1 });
  expect(heard).toEqual(['old']);
  events.emit('pot.boiled', { degrees: 1 });
  expect(heard).toEqual(['old', 'new']);
});
