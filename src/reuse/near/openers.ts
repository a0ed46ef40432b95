/**
 * How a request may begin without asking for anything else: phrases at the start of a text, and the one that stands for all
 * of its kind; nothing when it says nothing. Contractions are written out. A comma at the end: only where punctuation follows.
 */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  '': [
    'good morning',
    'good afternoon',
    'good evening',
    'good day,',
    'hello there',
    'hello',
    'hi there',
    'hi',
    'hey there',
    'hey',
    'greetings,',
    'dear assistant',
    'dear team',
    'sorry to bother you',
    'quick question',
    'question,',
    'sorry,',
    'excuse me',
    'i was wondering,',
    'just wondering,',
    'quick one,',
    'hope you are well',
    'hope you are doing well',
    'i hope you are well',
    'i hope you are doing well',
    'if possible,',
    'could you please help me',
    'can you please help me',
    'could you help me',
    'can you help me',
    'could you please help',
    'can you please help',
    'could you help',
    'can you help',
    'please',
    'kindly',
    'thanks in advance',
    'thank you,',
    'thanks,',
    'ok,',
    'okay,',
  ],
  'tell me': [
    'can you please tell me',
    'could you please tell me',
    'can you tell me',
    'could you tell me',
    'would you tell me',
    'will you tell me',
    'can you let me know',
    'could you let me know',
    'i would like you to let me know',
    'would you be able to let me know',
    'would you be able to tell me',
    'it would help me if you would let me know',
    'i would like to know',
    'i would like to hear',
    'i want to know',
    'i want you to tell me',
    'i need to know',
    'i wish to know',
    'i am hoping to know',
    'let me know',
    'please tell me',
    'please let me know',
    'tell me',
    'inform me of',
    'inform me',
    'do you know',
    'what is',
    'what are',
  ],
  'can you': [
    'would you be able to',
    'it would help me if you would',
    'it would help me if you could',
    'i would like you to',
    'i want you to',
    'i need you to',
    'would you please',
    'could you please',
    'can you please',
    'could you',
    'would you',
    'will you',
    'can you',
    'would you mind',
  ],
  'can i': [
    'is it possible for me to',
    'is it possible to',
    'am i able to',
    'am i allowed to',
    'am i permitted to',
    'may i',
    'could i',
    'can i',
  ],
  'how do i': [
    'what steps do i take to',
    'in what way can i',
    'in what way do i',
    'can you explain how i can',
    'can you explain how i',
    'can you explain how to',
    'could you explain how to',
    'explain how to',
    'tell me how to',
    'let me know how to',
    'how would i',
    'how could i',
    'how can i',
    'how do i',
    'how to',
  ],
  'i want to': [
    'i would like to',
    'i am hoping to',
    'my goal is to',
    'it is my wish to',
    'i wish to',
    'i need to',
    'i want to',
    'i would love to',
    'help me',
  ],
};

/** One phrase and what it is replaced by. */
export interface Opener {
  readonly words: readonly string[];
  /** Punctuation must follow. */
  readonly stop: boolean;
  readonly stands: string;
}

/** All of them, the longest first. */
export const OPENERS: readonly Opener[] = Object.entries(PHRASES)
  .flatMap(([stands, phrases]) =>
    phrases.map((phrase) => ({ words: phrase.replace(',', '').split(' '), stands, stop: phrase.endsWith(',') })),
  )
  .sort((a, b) => b.words.length - a.words.length);

/** How a text may end without asking for anything more; the longest first. */
export const CLOSERS: readonly (readonly string[])[] = [
  'thank you very much in advance',
  'thank you so much',
  'thank you very much',
  'thank you in advance',
  'thanks in advance',
  'thanks a lot',
  'many thanks',
  'thank you',
  'thanks',
  'thx',
  'cheers',
  'please',
  'pls',
  'plz',
  'kind regards',
  'much appreciated',
  'i appreciate it',
  'i would appreciate it',
  'if you do not mind',
  'if possible',
  'when you get a chance',
  'best regards',
].map((phrase) => phrase.split(' '));

/** After one of these a polite word is what is asked about: how do you say please. */
export const QUOTING: ReadonlySet<string> = new Set(
  'say saying says said spell spelling pronounce write writing type typing word words term phrase translate translating translated define the a an called or'.split(
    ' ',
  ),
);

/** After one of these at its start, the greeting is what the text is about: hello in French. */
export const ABOUT: ReadonlySet<string> = new Set(
  'in is world and or means kitty as are from to was versus vs of'.split(' '),
);
