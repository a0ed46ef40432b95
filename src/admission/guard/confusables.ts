/**
 * Letters that look like Latin ones, by the letter they look like; in lower case, where they look alike in either case.
 * A small choice from the confusables of Unicode TS 39: what is seen in attacks, not every glyph.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀ',
  b: 'вβьʙ',
  c: 'сϲᴄց',
  d: 'ԁᴅđ',
  e: 'еεєᴇ',
  f: 'ƒ',
  g: 'ɡɢ',
  h: 'һнհʜħ',
  i: 'іιıɩɪ',
  j: 'јϳᴊ',
  k: 'кκᴋ',
  l: 'ӏʟł',
  m: 'мᴍ',
  n: 'ηոɴ',
  o: 'оοօᴏø',
  p: 'рρᴘ',
  q: 'ԛզ',
  r: 'ʀ',
  s: 'ѕꜱ',
  t: 'тτᴛŧ',
  u: 'υսᴜ',
  v: 'νѵᴠ',
  w: 'ԝωᴡ',
  x: 'хχ',
  y: 'уγʏ',
  z: 'ᴢ',
  ae: 'æ',
  oe: 'œ',
  ss: 'ß',
};

/** What each look-alike reads as. */
export function confusables(): ReadonlyMap<string, string> {
  return new Map(Object.entries(LOOKALIKES).flatMap(([read, letters]) => [...letters].map((letter) => [letter, read])));
}
