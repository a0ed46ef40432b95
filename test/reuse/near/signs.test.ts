import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NearDuplicates } from '../../../src/reuse/near/near-duplicates.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clock = new ManualClock();
const near = new NearDuplicates({}, clock);
const same = (a: string, b: string): boolean => near.compare(a, b).same;

/** What the index says, whichever of two texts it has known first. */
function found(a: string, b: string): boolean {
  const known = new NearDuplicates({ maxEntries: 1 }, clock);
  known.add(a, 'answer');
  return known.find(b) !== null;
}

describe('a sign that means something makes another question', () => {
  const pairs = (text: string): readonly (readonly [string, string])[] =>
    text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' ~~ ') as [string, string]);

  test.each(
    pairs(`
      what is -x ~~ what is x
      if (!ok) return ~~ if (ok) return
      !x ~~ x
      what is (2+3)*4 ~~ what is 2+3*4
      what is (a+a)*a ~~ what is a+(a*a)
      what is 3 - (2 - 1) ~~ what is (3 - 2) - 1
      what is 5! ~~ what is 5?
      what is 5!! ~~ what is 5
      what is 5!! ~~ what is 5!
      how many zeros has the number 100! ~~ how many zeros has the number 100
      what is n! ~~ what is n
      what is (n+1)! ~~ what is (n+1)
      what is a - b ~~ what is a b
      what is x - 3 ~~ what is x 3
      what is n-1 ~~ what is n 1
      what is 5 * 3 ~~ what is 5 3
      what is a*b ~~ what is a b
      what is a/b ~~ what is a b
      what is f'(x) ~~ what is f(x)
      what is f''(x) ~~ what is f'(x)
      how long is 5' ~~ how long is 5"
      pages 1\u20132 ~~ pages 1 2
      is 5\u2030 enough ~~ is 5 enough
      the charge of Cl- ~~ the charge of Cl
      grade A- ~~ grade A
      git push --force ~~ git push force
      ls -a ~~ ls -A
      date %m ~~ date %M
      echo $HOME ~~ echo $home
      echo $? ~~ echo $!
      rm *.txt ~~ rm .txt
      explain *p ~~ explain p
      explain &p ~~ explain and p
      i-- in c ~~ i in c
      cd .. ~~ cd
      cd - ~~ cd
      git add . ~~ git add
      run ../x ~~ run /x
      open src/main ~~ open src main
      open .gitignore ~~ open gitignore
      go to example.com ~~ go to example com
      std::vector size ~~ std vector size
      colou?r in a pattern ~~ colour in a pattern
      what does ? mean ~~ what does ! mean
      what does '?' mean ~~ what does '!' mean
      what does :: do ~~ what does : do
      difference between ? and ! ~~ difference between ! and ?
      what is ! ~~ what is ?
      translate 'thank you' ~~ translate
      What does 'not' mean ~~ what does not mean
      What does 'not' mean ~~ what does not 'mean'
      what is IT ~~ what is it
      put '?' here ~~ put '!' here
      put ' here ~~ put here
      what is the difference between ? and ! ~~ what is the difference between ? and .
      how do i write ! in that old editor ~~ how do i write in that old editor
      the grade a - 5 points ~~ the grade a 5 points
      what is y - cos ~~ what is y cos
      what is sin - y ~~ what is sin y
      is 100!! the number that i want ~~ is 100 the number that i want
      how often does one have to multiply for n!! ~~ how often does one have to multiply for n
      \u201c\u4e0d\u201d\u662f\u4ec0\u4e48 ~~ \u4e0d\u662f\u4ec0\u4e48
      \u95ee"\u4e0d"\u662f\u4ec0\u4e48 ~~ \u95ee\u4e0d\u662f\u4ec0\u4e48
      thanks :) ~~ thanks :(
      what is 3 ! ~~ what is 3
      explain p* ~~ explain p
      what is x\u00b7y ~~ what is x y
    `),
  )('%s / %s', (a, b) => {
    expect(near.compare(a, b)).toMatchObject({ same: false });
    expect(near.compare(b, a)).toMatchObject({ same: false });
    expect([found(a, b), found(b, a)]).toEqual([false, false]);
  });

  test('and the veto has its name', () => {
    expect(near.compare('what is -x', 'what is x')).toMatchObject({ veto: 'sign' });
  });

  test.each(
    pairs(`
      what is 2+2? ~~ what is 2+2
      what is 5! ~~ what is 5!?
      do you know c++? ~~ do you know c++
      is it 5 %? ~~ is it 5%
      what is (2+3)+4 ~~ what is (2 + 3) + 4?
      what is a*b ~~ what is a * b
      show me the calendar for april 13!! ~~ show me the calendar for april 13
      what does 'not' mean ~~ what does "not" mean?
      it says "pending." ~~ it says \u201cpending\u201d please
      "what is my balance" ~~ what is my balance.
      - what is my balance ~~ What is my balance...
      * buy milk ~~ buy milk.
      well, what is it - really ~~ well what is it really?
      I like *this* one ~~ I like this one
      the dogs' bowl ~~ the dogs' bowl!
      comment \u00e7a va ? ~~ comment \u00e7a va
      where am I! ~~ where am i
      what is it ? ~~ what is it
      WHAT IS IT GOOD FOR ~~ what is it good for
      wHat iS IT good for ~~ what is it good for
      is the well-known card good ~~ is the well known card good
      so... what is it ~~ so what is it
      so...what is it ~~ so... what is it
      i do not know who they are ? ~~ i do not know who they are
      - y is what i need ~~ y is what i need
      \u00bfd\u00f3nde est\u00e1? ~~ d\u00f3nde est\u00e1
    `),
  )('%s / %s: what ends and divides sentences does not', (a, b) => {
    expect(near.compare(a, b)).toMatchObject({ same: true, veto: null });
    expect([found(a, b), found(b, a)]).toEqual([true, true]);
  });
});

describe('texts without a word', () => {
  test.each([
    ['?', '!'],
    ['...', '???'],
    ['=>', '<='],
    ['!', ''],
    ['()', ')('],
    ['\u{1f600}', '\u{1f600}!'],
  ])('%s / %s are others when they are not the same', (a, b) => {
    expect([same(a, b), same(b, a), found(a, b), found(b, a)]).toEqual([false, false, false, false]);
  });

  test('and the same whatever the space', () => expect(same(' ?  ! ', '? !')).toBe(true));
});

describe('words that a letter tells apart', () => {
  test.each([
    ['sulfate', 'sulfite'],
    ['nitrate', 'nitrite'],
    ['chloride', 'chlorite'],
    ['propane', 'propene'],
    ['pentanol', 'pentanal'],
    ['adoption', 'adaption'],
    ['bacon', 'beacon'],
    ['loose', 'lose'],
    ['xviii', 'xiii'],
    ['xkcdq', 'xkcfq'],
  ])('%s / %s', (a, b) => {
    expect([same(`what is ${a} for`, `what is ${b} for`), same(`what is ${b} for`, `what is ${a} for`)]).toEqual([
      false,
      false,
    ]);
  });

  test('in another language, one that only one of the two texts shows', () => {
    expect(same('yo quiero cazar', 'yo quiero casar')).toBe(false);
  });
});

const piece = fc.constantFrom(
  ...'what is x y the balance card really n 5 12 it IT not -- - ! !! ? . .. ... ( ) " \' * ** / : :: ; , & % $ + - 2+2 a/b -x'.split(
    ' ',
  ),
  ' ',
  ' ',
  '\n',
);
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
const spaced = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(' '));
const any = fc.oneof(text, spaced);

test('whatever the texts, the order of the two makes no difference, and the index agrees', () => {
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(same(a, b)).toBe(same(b, a));
      expect(found(a, b)).toBe(same(a, b));
    }),
    { numRuns: 300 },
  );
});

test('whatever the text, it is the same as itself, and as itself with other space around it', () => {
  fc.assert(
    fc.property(any, (a) => {
      expect(same(a, a)).toBe(true);
      fc.pre(near.compare(`${a} `, a).veto !== 'code');
      expect(same(` ${a}\n`, a)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a sentence is the same however it ends, is spaced and begins', () => {
  const words = fc.array(
    fc.constantFrom('where', 'my', 'card', 'is', 'not', 'the', 'balance', 'shown', 'today', 'limit'),
    {
      minLength: 5,
      maxLength: 12,
    },
  );
  const end = fc.constantFrom('', '.', '?', '!', '!!', '??!', ' ?', ' ...', '\u2026', ', please');
  fc.assert(
    fc.property(words, end, end, fc.constantFrom(' ', '  ', '\t', '\n', ', '), (sentence, one, other, space) => {
      const [a, b] = [`${sentence.join(' ')} soon${one}`, `"${sentence.join(space)} soon${other}"`];
      expect(same(a, b)).toBe(true);
      expect(same(a, b.toUpperCase())).toBe(true);
    }),
  );
});

test('a very long text with nothing but signs in it is compared like any', () => {
  for (const sign of ['(', '! ', '*a ', "'a ", '-', '."']) {
    const long = `a ${sign.repeat(5000)}`;
    expect([same(`${long} x`, `${long}  x`), same(`${long} x`, `${long} y`)]).toEqual([true, false]);
  }
});

test('in a long text all signs count, also those that end its sentences', () => {
  const text = 'The five stages run one after the other and none waits. '.repeat(150);
  expect(same(`${text} Why?`, `${text}  why?`)).toBe(true);
  expect(near.compare(`${text} Why?`, `${text} Why`)).toMatchObject({ same: false, veto: 'sign' });
  expect(same(`${text.slice(0, 8000)} Why?`, `${text.slice(0, 8000)} Why`)).toBe(true);
});
