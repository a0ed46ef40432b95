import { REAL_WORDS } from './real-words.ts';

const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Words that may be there or not. */
export const FILLERS = list('a an the just really actually basically simply ok okay um uh well so');

/** Numbers in words. */
export const NUMBERS = list(`
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
  millions billion billions trillion dozen half halves third thirds quarter quarters fourth fifth sixth seventh eighth
  ninth tenth eleventh twelfth first second once twice thrice double triple quadruple single both pair
`);

export const NEGATIONS = list(
  'not no never none nothing nobody nowhere neither nor without cannot hardly barely except unless',
);

/** Where to, where from, when: the words that turn a request round. */
export const DIRECTIONS = list(`
  from to into onto in on off out up down before after over under above below between through via towards toward until
  till since at by left right forward backward forwards backwards ahead behind inside outside upstairs downstairs north
  south east west earlier later against for
`);

export const UNITS = list(`
  second seconds minute minutes hour hours day days week weeks month months year years decade decades century centuries
  millisecond milliseconds meter meters metre metres kilometer kilometers kilometre kilometres centimeter centimeters
  centimetre centimetres millimeter millimeters inch inches foot feet yard yards mile miles gram grams kilogram kilograms
  milligram milligrams ounce ounces pound pounds ton tons tonne tonnes stone liter liters litre litres milliliter
  milliliters gallon gallons pint pints quart quarts cup cups teaspoon teaspoons tablespoon tablespoons celsius
  fahrenheit kelvin degree degrees percent percentage dollar dollars cent cents euro euros penny pence yen rupee rupees
  ruble rubles lira franc francs peso pesos usd eur gbp jpy chf cad aud inr byte bytes kilobyte kilobytes megabyte
  megabytes gigabyte gigabytes terabyte terabytes bit bits watt watts kilowatt kilowatts volt volts amp amps hertz km cm
  mm kg mg lb lbs oz ml kb mb gb tb mph kph am pm ms hz
`);

/** Words that have an opposite among them. */
export const OPPOSITES = list(`
  open close opened closed opening closing start stop started stopped starting stopping begin end enable disable enabled
  disabled activate deactivate activated deactivated lock unlock locked unlocked freeze unfreeze add remove added removed
  adding removing include exclude including excluding increase decrease increased decreased increasing decreasing raise
  lower rise fall grow shrink maximum minimum maximize minimize max min most least more less many few best worst better
  worse good bad high low higher lower hot cold warm cool big small bigger smaller large little long short longer shorter
  fast slow faster slower early late new old newer older young younger cheap expensive cheaper easy hard easier harder
  light dark heavy strong weak full empty wet dry clean dirty safe unsafe dangerous true false correct incorrect right
  wrong valid invalid legal illegal possible impossible known unknown public private internal external local remote
  virtual physical real fake manual automatic upper top bottom front back first last next previous past future today
  tomorrow yesterday tonight morning evening night afternoon noon midnight always never everyone someone all some any
  every each none with without buy sell bought sold buying selling send receive sent received sending receiving give take
  gave took lend borrow push pull upload download import export encrypt decrypt encode decode compress decompress install
  uninstall subscribe unsubscribe follow unfollow connect disconnect attach detach allow deny allowed denied accept decline
  accepted declined reject rejected approve approved permit forbid win lose won lost find found pass fail passed failed
  succeed success failure deposit withdraw deposited withdrew withdrawn credit debit income expense profit loss incoming
  outgoing inbound outbound arrive leave arrival departure arriving leaving departing enter exit come go came went ascend
  descend ascending descending horizontal vertical positive negative plus minus multiply divide sum difference parent
  child male female man woman men women boy girl husband wife mother father mom dad brother sister son daughter king queen
  single married asleep awake alive dead love hate like dislike friend enemy question answer cause effect sync async
  create delete created deleted insert show hide hidden visible mute unmute save discard expand collapse merge split
  employer employee landlord tenant buyer seller sender recipient lender borrower
`);

/** Names that people write in lower case. */
export const NAMES = list(`
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
  october november december spring summer autumn winter christmas easter thanksgiving english spanish german french
  italian portuguese russian chinese japanese korean arabic hindi turkish polish dutch swedish greek hebrew latin america
  american canada canadian mexico mexican brazil argentina chile peru colombia england english scotland ireland irish
  wales britain british france germany spain italy portugal greece turkey russia ukraine poland austria switzerland
  sweden norway denmark finland netherlands belgium hungary romania bulgaria egypt israel iran iraq syria jordan india
  pakistan china japan korea vietnam thailand indonesia malaysia singapore philippines australia zealand africa europe asia
  niger nigeria kenya ghana uganda zambia gambia morocco ethiopia london paris berlin madrid rome lisbon dublin vienna
  prague moscow tokyo beijing delhi mumbai sydney toronto chicago boston seattle miami houston dallas denver austin
  atlanta phoenix detroit orlando vegas york angeles francisco ohio texas florida california washington georgia virginia
  nevada arizona oregon alaska hawaii visa mastercard amex discover chase citibank barclays paypal google apple amazon
  microsoft samsung facebook netflix uber lyft delta united android windows linux python java javascript mercury venus
  mars jupiter saturn
`);

const WITH_MEANING: readonly ReadonlySet<string>[] = [
  NUMBERS,
  NEGATIONS,
  DIRECTIONS,
  UNITS,
  OPPOSITES,
  NAMES,
  list(REAL_WORDS),
];

/** A word of its own, which is nobody's misspelling. */
export const hasMeaning = (word: string): boolean => WITH_MEANING.some((words) => words.has(word));
