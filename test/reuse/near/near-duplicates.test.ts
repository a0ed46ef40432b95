import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NearDuplicates } from '../../../src/reuse/near/near-duplicates.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clock = new ManualClock();
const near = new NearDuplicates({}, clock);
const same = (a: string, b: string): boolean => near.compare(a, b).same;

const QUESTION = 'Can you tell me why my transfer of $1,000 to Berlin has not arrived yet?';

describe('what makes no difference', () => {
  test.each([
    ['case', 'CAN YOU TELL ME why my Transfer of $1,000 to BERLIN has not arrived yet?'],
    ['punctuation', '- can you tell me, why my transfer of $1,000 to Berlin has not arrived yet...'],
    ['quotes', '"Can you tell me why my transfer of $1,000 to Berlin has not arrived yet"'],
    ['white space', 'Can you\ttell me why  my transfer of $1,000\u00a0to Berlin has not\narrived yet?  '],
    ['a contraction', "Can you tell me why my transfer of $1,000 to Berlin hasn't arrived yet?"],
    ['a contraction without its apostrophe', 'Can you tell me why my transfer of $1,000 to Berlin hasnt arrived yet?'],
    ['thousands separators', 'Can you tell me why my transfer of $1000 to Berlin has not arrived yet?'],
    ['a greeting', 'Good morning! Can you tell me why my transfer of $1,000 to Berlin has not arrived yet?'],
    ['thanks', 'Can you tell me why my transfer of $1,000 to Berlin has not arrived yet? Thank you!'],
    ['please', 'Can you please tell me why my transfer of $1,000 to Berlin has not arrived yet?'],
    ['how it is asked', 'I would like to know why my transfer of $1,000 to Berlin has not arrived yet'],
    ['a letter doubled', 'Can you tell me why my transsfer of $1,000 to Berlin has not arrived yet?'],
    ['a letter missing', 'Can you tell me why my trnsfer of $1,000 to Berlin has not arrived yet?'],
    ['a wrong letter', 'Can you tell me why my tramsfer of $1,000 to Berlin has not arrived yet?'],
    ['letters swapped', 'Can you tell me why my transfer of $1,000 to Berlin has not arirved yet?'],
    ['all at once', 'hey there, can you TELL me why my tarnsfer of $1000 to berlin hasn\u2019t arrived yet, pelase'],
  ])('%s', (_what, other) => {
    expect(near.compare(QUESTION, other)).toMatchObject({ same: true, veto: null });
    expect(same(other, QUESTION)).toBe(true);
  });
});

describe('what makes all the difference, and how it is called', () => {
  test.each([
    ['number', 'transfer 100 dollars', 'transfer 1000 dollars'],
    ['number', 'move two files', 'move three files'],
    ['number', 'what is 3.5 times 2', 'what is 35 times 2'],
    ['number', 'add 5', 'add -5'],
    ['number', 'version 1.2.3', 'version 1.2.4'],
    ['unit', 'how many miles is it', 'how many kilometers is it'],
    ['negation', 'i want a new card', 'i do not want a new card'],
    ['negation', "why can't i log in", 'why can i log in'],
    ['negation', 'coffee with no sugar', 'coffee with sugar'],
    ['antonym', 'increase the volume', 'decrease the volume'],
    ['antonym', 'is it my first payment', 'is it my last payment'],
    ['named_entity', 'weather in paris', 'weather in london'],
    ['named_entity', 'meet me on tuesday', 'meet me on thursday'],
    ['direction', 'fly from rome to oslo', 'fly from oslo to rome'],
    ['direction', 'is it due before noon', 'is it due after noon'],
    ['direction', 'turn on the light', 'turn off the light'],
    ['wording', 'feed the horse', 'feed the house'],
    ['wording', 'price of beef', 'price of pork'],
    ['code', 'what does `a` do', 'what does `b` do'],
    ['code', 'sum x = 1', 'sum X = 1'],
  ])('%s: %s / %s', (veto, a, b) => {
    expect(near.compare(a, b)).toMatchObject({ same: false, veto });
    expect(near.compare(b, a)).toMatchObject({ same: false, veto });
    // Politeness does not hide it.
    expect(same(`hello, ${a} please`, `${b}, thank you`)).toBe(false);
  });

  test.each([
    ['how do you say please in german', 'how do you say in german'],
    ['translate hello', 'translate hi'],
    ['take vitamin a', 'take vitamin'],
    ['ich habe keine Karte und nicht das Geld', 'ich habe kleine Karte und nicht das Geld'],
    ['\u6211\u8981\u4e70\u4e00\u5f20\u706b\u8f66\u7968', '\u6211\u8981\u5356\u4e00\u5f20\u706b\u8f66\u7968'],
    ['thanks \u{1f600}', 'thanks \u{1f621}'],
    ['learn C', 'learn C++'],
    ['learn C#', 'learn C++'],
    ['is $5 enough', 'is 5% enough'],
    ['Iran', 'Iraq'],
  ])('%s / %s', (a, b) => {
    expect(same(a, b)).toBe(false);
    expect(same(b, a)).toBe(false);
  });
});

describe('the threshold', () => {
  const long = (filler: string): string =>
    `${'the engineers of our small company repaired every broken machine within nine hours '.repeat(4)}${filler} yesterday`;

  test('says how many filler words may differ', () => {
    const at = (similarityThreshold: number) => new NearDuplicates({ similarityThreshold }, clock);
    const pair = [long('and it was really just the weather'), long('and it was weather')] as const;
    expect(at(7).compare(...pair)).toMatchObject({ same: true, veto: null });
    expect(at(0).compare(...pair)).toMatchObject({ same: false, veto: null });
    // A word that means something is not bought by any threshold.
    expect(at(7).compare(long('rain'), long('snow')).same).toBe(false);
  });
});

const WORDS = 'where which account money transfer card payment limit review salary weather kitchen window'.split(' ');
const sentence = fc.array(fc.constantFrom(...WORDS), { minLength: 3, maxLength: 12 });

test('one typing error in any long word of any sentence is forgiven, by the index as by the comparison', () => {
  fc.assert(
    fc.property(sentence, fc.nat(), fc.nat(), fc.constantFrom('swap', 'drop', 'double'), (words, which, place, how) => {
      const at = which % words.length;
      const word = words[at]!;
      fc.pre(word.length >= 5);
      const i = 1 + (place % (word.length - 3));
      const wrong = {
        swap: word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2),
        drop: word.slice(0, i) + word.slice(i + 1),
        double: word.slice(0, i) + word[i] + word.slice(i),
      }[how];
      const other = words.with(at, wrong).join(' ');
      const known = new NearDuplicates({}, clock);
      known.add(words.join(' '), 'answer');
      expect(known.find(`Hi! ${other}, please`)?.value).toBe('answer');
      expect(same(words.join(' '), other)).toBe(true);
    }),
  );
});

test('the index and the comparison agree on whatever text', () => {
  const words = fc.array(
    fc.constantFrom(...WORDS, 'the', 'not', 'please', '5', 'six', "don't", 'from', 'to', 'hello'),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(words, words, (a, b) => {
      const [one, other] = [a.join(' '), b.join(' ')];
      const known = new NearDuplicates({}, clock);
      known.add(one, 'answer');
      expect(known.find(other) !== null).toBe(same(one, other));
    }),
    { numRuns: 500 },
  );
});

describe('what is known', () => {
  test('is forgotten after its time, and the oldest first for want of room', () => {
    const time = new ManualClock();
    const known = new NearDuplicates({ windowMs: 1000, maxEntries: 2 }, time);
    known.add('first question', 1 as never);
    known.add('second question', 2 as never);
    known.add('another question', 3 as never);
    expect(known.find('FIRST question')).toBeNull();
    expect(known.find('second question!')?.value).toBe(2);
    time.advance(1000);
    expect(known.find('second question!')).toBeNull();
    expect(known.size).toBe(2);
    known.clear();
    expect(known.size).toBe(0);
  });

  test('stays within its scope', () => {
    const known = new NearDuplicates({}, clock);
    known.add('what is my balance', 'of A', 'tenant A');
    expect(known.find('What is my balance?', 'tenant A')?.value).toBe('of A');
    expect(known.find('What is my balance?', 'tenant B')).toBeNull();
    expect(known.find('What is my balance?')).toBeNull();
  });

  test('is passed over when its value is of no use any more', () => {
    const known = new NearDuplicates({}, clock);
    known.add('what is my balance', 'old');
    known.add('what is my balance', 'new');
    expect(known.find('what is my balance?', '', (value) => value === 'old')?.value).toBe('old');
    expect(known.find('what is my balance?', '', () => false)).toBeNull();
  });
});
