import type { Folded } from './fold.ts';
import type { Match } from './phrases.ts';
import { RULES, type Rule } from './rules.ts';

/** What makes the words of a rule mean less than an order: whose they are, or that they are only spoken about. */
type Light = 'own' | 'asked' | 'general' | 'compound' | 'mentioned';
const LIGHTS: readonly Light[] = ['own', 'asked', 'general', 'compound', 'mentioned'];

/** What is left of a rule's weight then: several still flag a text. */
const LEFT = 0.1;
/** Who says more of it than this, in a piece of a text, does not just ask; and the cost stays bounded. */
const MOST_MATCHES = 32;
/** Characters that are read before and behind the words of a rule. */
const AROUND = 40;
/** The same around a quotation. */
const QUOTED_AROUND = 90;

const EASED: ReadonlyMap<Rule, Readonly<Record<Light, Rule>>> = new Map(
  RULES.filter(({ weight }) => weight > 0).map((rule) => [
    rule,
    Object.fromEntries(LIGHTS.map((light) => [light, ease(rule, light)])) as Record<Light, Rule>,
  ]),
);

/** Somebody's own words: `my last message`, `what I said`, `the list that I sent`. */
const OWN =
  / (?:my|our) (?:\w+ ){0,2}(?:messages?|prompts?|inputs?|instructions?|directions?|commands?) | (?:i|we) (?:\w+ )?(?:said|told you|wrote|written|asked|sent|gave|typed|pasted) /;
/** A single message is one of a conversation; those who gave a model its orders wrote more, or are named. */
const MESSAGE = / (?:message|input) $/;
/** Words that name the model's own orders for all that. */
const OF_THE_SYSTEM = / (?:system|developer|developers|operator|creators?|your|you|openai) /;
/** Said of what somebody wants to do, not asked of the model. */
const HOW_TO =
  / (?:how (?:do|can|could|would|should|to|does)|(?:which|what) (?:command|option|setting|flag|query|key)s?) (?:\w+ ){0,3}$/;
const HOW_WITHIN = / how (?:to|do i|can i|do we|should i) /;
/** Of such things in general: `a system prompt`, `about system prompts`. */
const ANY_ONE = / an? (?:\w+ ){0,2}(?:prompts?|messages?|instructions?|window) $/;
const ALL_OF_THEM = / (?:prompts|messages) $/;
const A_CERTAIN_ONE = / (?:your|you|yours|yourself|the|these|those|this|that|all|its|hidden|secret) /;
/** Of those of something else, where one only asks what it is: `what is the system prompt in bash`. */
const WHAT_IS = /^ what(?:s| is| was| are| were) /;
const ELSEWHERE =
  /^ (?:in|of|on|for|that) (?!(?:this|that|these|your|you|our|here|it|its|the|a|an|full|detail|plain|use|total|effect|place|base\d*|json|text|markdown|quotes|order|reverse|english|french|german|spanish|chat|conversation) )\w/;
const OF_THE_OTHER =
  /^ (?:in|of|on|for) (?:the|a|an) (?!(?:\w+ )?(?:above|chat|conversation|current|model|assistant|code block|bot|session|ai) )\w/;
/** Things that are named after a secret and hold none. */
const COMPOUND =
  /^ (?:keys? |tokens? )?(?:polic(?:y|ies)|managers?|requirements?|rules?|regex|strength|complexity|length|hashing|hash function|reset|resets|rotation|expiry|expiration|generators?|guidelines?|guidance|mistakes?|hygiene|best practices|field|fields|form|forms|label|input|inputs|prompt|column|type|management|manager|storage|validation|validator|checklist|tips|recommendations?|format|formats|lifetime|settings page|page|screen|encryption|cryptography|scanning|scanners?|audit|authentication|security) /;

/** What does not end a part of a sentence. */
const GAP = /^(?:[ \t-]|\n(?!\n))+$/;
const SPACE = 0x20;

/** None has the sign in it that begins one, or a text of nothing but such signs would be read 300 times. */
const QUOTATIONS =
  /"[^"\n]{1,300}"|“[^“”\n]{1,300}”|„[^„“”\n]{1,300}[“”]|«[^«»\n]{1,300}»|`[^`\n]{1,300}`|(?<![\p{L}\d])'[^'\n]{1,300}'(?![\p{L}\d])/gu;
/** What makes of quoted words a subject. */
const SPOKEN_ABOUT =
  /\b(?:why|how (?:do|does|did|would|could|can)|what (?:do|does|is|makes)|explain|classify|classifiers?|detect\w*|regex|flags|flagged|phrases?|sentences?|attackers?|attacks?|jailbreaks?|injections?|means?|meaning|lecture|paper|origin)\b/i;
/** And what of a subject an order. */
const TO_BE_DONE =
  /\b(?:do what|do as|do so|do it|do that|execute|carry out|act on|act accordingly|comply with|then|now|follow (?:it|this|that|the|these)|obey (?:it|this|that|the)|run (?:it|this|that)|decode)\b/i;

/**
 * Rules that hold, each as much as its words mean where they stand. Orders, secrets and prompts are also what people have
 * questions about, and their own messages are theirs to take back: such rules are exchanged for ones of less weight.
 * @param text the original, which has the quotation marks
 */
export function inContext(matches: readonly Match[], view: Folded, text: string): readonly Match[] {
  if (matches.length > MOST_MATCHES) return matches;
  let quotations: readonly Quotation[] | null = null;
  return matches.map((match) => {
    const eased = EASED.get(match.rule);
    if (eased === undefined) return match;
    let light = lightOn(match, view, text);
    if (light === null) {
      quotations ??= subjects(text);
      if (isMentioned(match, view, quotations)) light = 'mentioned';
    }
    return light === null ? match : { ...match, rule: eased[light] };
  });
}

function lightOn({ rule, start, end }: Match, view: Folded, text: string): Light | null {
  const [from, to] = stretch(start, end, view);
  const said = plain(text.slice(from, to));
  const before = plain(text.slice(Math.max(0, from - AROUND), from));
  const behind = plain(text.slice(to, to + AROUND));
  switch (rule.threat) {
    case 'instruction_override':
    case 'indirect':
      if (OF_THE_SYSTEM.test(said)) return null;
      if (OWN.test(said.trimEnd() + behind.slice(0, 18)) || (MESSAGE.test(said) && !OF_THE_SYSTEM.test(behind)))
        return 'own';
      return rule.threat === 'instruction_override' && HOW_TO.test(before) ? 'asked' : null;
    case 'system_prompt_extraction':
      if (/ you(?:r|rs|rself)? /.test(said + behind)) return null;
      if (HOW_TO.test(before) || HOW_WITHIN.test(said)) return 'asked';
      if (ANY_ONE.test(said) || (ALL_OF_THEM.test(said) && !A_CERTAIN_ONE.test(said))) return 'general';
      return WHAT_IS.test(said) && (ELSEWHERE.test(behind) || OF_THE_OTHER.test(behind)) ? 'general' : null;
    case 'credential_fishing':
      if (COMPOUND.test(behind)) return 'compound';
      return HOW_TO.test(before) || HOW_WITHIN.test(said) ? 'asked' : null;
    default:
      return null;
  }
}

interface Quotation {
  readonly start: number;
  readonly end: number;
}

/** Quotations that a text speaks about, rather than handing them on. */
function subjects(text: string): readonly Quotation[] {
  const found: Quotation[] = [];
  for (const { 0: quoted, index: start } of text.matchAll(QUOTATIONS)) {
    const end = start + quoted.length;
    const around = `${text.slice(Math.max(0, start - QUOTED_AROUND), start)} | ${text.slice(end, end + QUOTED_AROUND)}`;
    if (SPOKEN_ABOUT.test(around) && !TO_BE_DONE.test(around)) found.push({ start, end });
  }
  return found;
}

function isMentioned({ start, end }: Match, view: Folded, quotations: readonly Quotation[]): boolean {
  const [from, to] = stretch(start, end, view);
  return quotations.some((quoted) => quoted.start < from && to < quoted.end);
}

/** Where words of the folded text stand in the original. The spaces around them belong to what stands beside them. */
function stretch(start: number, end: number, { codes, origin }: Folded): readonly [from: number, to: number] {
  return [
    origin[codes[start] === SPACE ? start + 1 : start]!,
    origin[codes[end - 1] === SPACE ? end - 2 : end - 1]! + 1,
  ];
}

/** Words with spaces around them; other than in a folded text, sentences and their parts stay apart, by a bar. */
function plain(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^\p{L}\d]+/gu, (gap) => (GAP.test(gap) ? ' ' : ' | '));
  return ` ${words.trim()} `;
}

function ease({ critical: _, ...rule }: Rule, light: Light): Rule {
  return { ...rule, name: `${rule.name}.${light}`, weight: rule.weight * LEFT };
}
