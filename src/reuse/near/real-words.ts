/**
 * English words that one wrong letter makes of one another: when both are here, neither is a typing error of the other.
 * Common ones that have such a neighbour are from SCOWL 2020.12.07, sizes 10 and 20 (english-words, american-words); more
 * were added, and two taken out that are mostly where and through, mistyped.
 *
 * SCOWL (http://wordlist.sourceforge.net): Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute
 * and sell these word lists, the associated scripts, the output created from the scripts, and its documentation for any
 * purpose is hereby granted without fee, provided that the above copyright notice appears in all copies and that both that
 * copyright notice and this permission notice appear in supporting documentation. Kevin Atkinson makes no representations
 * about the suitability of this array for any purpose. It is provided "as is" without express or implied warranty. Its levels
 * 10 and 20 come from lists in the public domain: Moby Words II of Grady Ward, and Brian Kelk's UK English wordlist.
 */
export const REAL_WORDS = `
  abide abort about abuse abused abuses abusing accent accents accept accepts action adapt adapted adapting adaption
  adapts added adding adopt adopted adopting adoption adopts advent adverse advert advice advise adviser advisers
  advises advisor advisors affect after aide aided aiding aimed aiming alas alias alien aliens align aligns alike
  alive allude allusion along alter among ample amuse amused amuses amusing analyses analysis analyzes angel angels
  angle angles angry apologies apologizes appealed appealing appeals appeared appearing appears apple apply arcade
  arcane area arena arise armed arming arose aside assert asserted asserting asserts assess asset assets assort
  assorted assorting assorts assume assumed assumes assuming assure assured assures assuring atlas attached
  attaching attacked attacking averse awake aware back backed backing backs bacon bake baked bakes baking ball
  ballet ballot balls band bands bank banks banner bans barked barking barks barred barring bars based bases bashed
  bashes bashing basics basing basis bass basses batch bath batter battery battle beach beacon beads bean beans
  beard bearding beards bearing bears beast beasts beat beating beats became become beds beers began begin begun
  being beings believers believes bell bells below bench bend bending bends best bets better betting biased biases
  biasing bidding bids bigger bill bills bind binding binds birds bites bits bitter black blacks blade blades blame
  blames bland blank blanks blast blasts bleach bleak blend bless blind blink bliss block blocks blond blood bloom
  blow blown blush board boards boats bobs bogs bogus bombs bond bone bones bonus books boom boost boot boots bore
  bored bores boring borne bother bothers bottle bought bound boxes brace brain brake brakes brand brands brass
  brave breach bread break breath bred breed bring brings broad broke broom brother brothers brought brown brush
  bucks bugger bulbs bull bullet bulls bunch buried burned burning burnt burst burying buses bush bust butane butene
  butter button buying bytes cabel cable cabled cabling caching cafe cage cake cakes called caller calling calls
  calvary came camel camp camps campus candy cane cannon canon cape caps card cards care cared cares caring carry
  cars case cased cases cash casing cast casting castle casts casual catching cats cattle caught causal cause caused
  causes causing cavalry cease ceased ceases ceasing celery cellar cells certain certainly certainty cession chain
  chains chair chairs chance chances change changed changes changing chaos chap chaps chapter char charge charged
  charges charging charity charmed charming charms chars chart charter charts chase chased chases chasing chat chats
  cheap cheat cheated cheating cheats check checked checking checks cheek chess chest chews chick chips chlorate
  chlorite choir choose chops chose chuck chucked chucking chucks chunk chunks cites cities clarify clarity clash
  clashes class classes clause clauses cleaned cleaner cleanest cleaning cleanly cleans clear cleared clearer
  clearest clearing clearly clears click climate clips cloak clock clone clones close closes closest closet cloth
  clubs clues coach coarse coast coat coats coded codes coding coins cold collar collide comes comic coming compete
  competed competes competing compilers compiles complains complaints complement complete completed completes
  completing compliment composers composes compute computed computers computes computing concept concepts concerns
  concert concerts confidant confident confirm conform congest consent consents constrains constraints contact
  contacted contacting contacts content contention contents contest context contexts contract contracted contracting
  contracts contrast convention convert converts cooked cooking cooks cooled cooling cools coped copes copied copies
  coping copying core corns cosmic cost costing costs cotton couch cough could count country counts county course
  court courts craft cramp cramps crap crash crashed crashes crashing crass crate crates create created creates
  creating creed cried cries crimes crisis crisps crops cross crush crushed crushes crushing cure cured cures curing
  curly curry curse curtain curve curves daft daily dairy dared dares daring darling dashes dated dates dating dawn
  dead dealing deals death deaths decade decades decay decide decided decides deciding decode decoded decodes
  decoding dedicate deeds deems defeat defeats defect defective defects defend defended defending defends delay
  delicate demise denial denote denotes dental depend depended depending depends deprive deprived deprives depriving
  depth depths derive derived derives deriving desert deserted deserting deserved deserving despise despite dessert
  detect detective detects device devices devise devises devote devotes dialing dials diary died dies dimmer dined
  diner dines dining dinner discard discord dishes distract district dive dived dives divide divine diving does
  doing dollar donation done dooms door doors doses down draft drags drain drank drawn draws dread dreaded dreading
  dreads dreamed dreaming dreams dried dries drift drink dripped dripping drips drive drivers drives driving drone
  dropped dropping drops drove drown drugs drums drunk drying during dusty duty dying eager earns ears ease eater
  economics economies edited editing edits effect election electron elicit elude emigrate empire employees employers
  ensure enter entirely entirety entities entitles erase eternal ethanal ethane ethanol ethene ethic ethnic evens
  events except excited exciting exist existed existing exists exit exited exiting exits expect expects expensive
  expert experts expire explode exploded explodes exploding explore explored explores exploring export extant
  extends extensive extent extents external fable face faces factory facts faculty failed failing fails fairly fairy
  falling falls fame farce fare farmer farms farther farthest father faulty favor feed feeding feeds feeling feels
  fees feet fellow fellows fever fewer fiber fiction field fight filed files filing filled filler filling fills
  filmed filming films filter find finding finds fined finer fines finger fining fins fired fires firing firms fiver
  fixed fixes fixing fizzy flags flame flames flash flashed flashes flashing flat flavor flawed flawing flaws fleet
  flesh flied flies flight flips float flood floods floor floors flour flowed flowing flown flows flush flushed
  flushes flushing flying folds folks follow follows fond font food foods fools force forced forcing forgave forget
  forgive forgot form formed former forming forms forth forum found founded founding founds four fourth fraction
  frame frames freed freeing frees freezing fresh friction fried friend fries fright front frost frown frying fuller
  fund funded funding funds further furthest fuzzy gain gallery games garage garbage gasp gates gave gene generic
  genetic genre gentleman gentlemen giant give glade glass globe gloom gloss glove glowing glows glucose glycose
  goals goats gods goods gown grabs grace grade grades graft grain grand grands grant grants grape grapes graphs
  grasp grass grave great greet grid grind grinds groan groom gross grove growing grown grows guess guests halls
  halted halting halts halve hammer handed handing handled handling hands handy hanged hanging hangs hard hardly
  hardy harsh hash hated hates hating hatred hats have having head headed heading heads healing heard hearing hears
  heart hearts heat heated heating heats herd hereby heresy herring hexane hexene hided hides hiding hiked hills
  hinted hinting hints hired hires hiring history hits hitting holds hole holes homes honestly honesty hopes horde
  hordes horse horses hose hotel house houses hummer hungry hunted hunting hunts hurting hurts hypotheses hypothesis
  ideals ideas identifiers identifies identify identity illicit illusion immigrate immoral immortal inane indeed
  indent indexed infect infects infer inferior inhabit inhabited inhabiting inhabits inhibit inhibited inhibiting
  inhibits inject injure injures injuries inner inquires inquiries insane insect insects insert inserted inserting
  inserts inspect inspects insure intent intention intentions inter interior interment internal internals internment
  interstate interval intervals intrastate inure invent invented inventing invention inventions invents invert
  inverted inverting inverts invest irate jelly joins joints jolly kids killer kinds kings label lack lacked lacking
  lacks lager lake lamp landing lands lane larger laser lasers last lasted lasting lasts later latter launch lawns
  laws lawyer lawyers layer layers laying leaded leader leading leads leak lean leaned leaning leans learn learned
  learning learns least leaved leaves leaving lecturers lectures lending lends lens lest letter libel liberal lied
  lies lifted lifting lifts lighting lightning liked likely likes liking line lined lines lining linked linking
  links listed listing lists liter literal litter live lived lively liver lives living loaded loader loading loads
  loans loaves local location lock locked locking locks lodging logger logging lone lonely longer looked looking
  looks loops loose lords lose loses losing loss losses louder love loved lovely lover lovers loves loving lower
  lowers loyal luck lump lunch lying mails mains maize major maker makers makes making male males managers manages
  mans manufacturers manufactures maple march marital marked marker markers markets marking marks marry martial
  masked masks mass masses master masters match math matter matters mayor maze meal meals meaning means meant meat
  medal mended mending mends mental menus mercy mere merge merry messed messes messing metal methanal methanol
  middle mile miles miller mind minded minding minds mined mines mining minus mislead misleading misleads misled
  misread misreading misreads miss missed misses missing mists mixed mixes mixing moaning moans model models modes
  money monkey month moon moons moral morality morals more morning moron morons morse mortal mortality mortals motel
  mother mouse mouth move moves movie movies moving mowing muddle mule multiples multiplies mutter mutters mutton
  naive naked named nation nations native nearby nearly neatly needles needless nests nets neural neutral never
  newer night nitrate nitrite nodes noise noises nose noses notes nothing notice notices noting notion notions nouns
  novice novices nuns observers observes officers offices older once optical optimal order ordinance ordnance
  organizers organizes ounce overcame overcome overlay overly override overrode owed owing owned owning pace packed
  packet packets packing packs padding page paged pager paging pain pains paint painted painting paints pairs palace
  pale panel pant pants paper parent parentheses parenthesis parity parked parking parks parse parsed parses parsing
  partly parts party passed passes passing patch patent path patient pause paused pauses pausing payed paying pays
  peace peach peasant pedal peer pence pends pens persecute persevere personal personnel perspective petal petty
  phase phased phases phasing phone phosphate phosphite phrase phrased phrases phrasing picked picking picks piece
  pile piles pill pills pilot pinch pinched pinches pinching pins pint pints pipes pirate pitch place placed places
  placing plain plan plane planes planet planets planned planning plans plant planted planting plants plate plates
  played player players playing plays pleasant plot plots plugs plums plus pocket pockets poems poets point pointed
  pointer pointers pointing points poison pole police polite poll polls pond pool poor populace populate pore portal
  ported porter porters porting ports pose posed poses posing postal posted poster posters posting posts pots pound
  powder power prate prayed prayer prayers praying prays preach precede precious precise premise premises prescribe
  present presented presenting presents preserve pretty prevent prevented preventing prevents previous price prices
  pride primate prime primes prince principal principle print printed printer printers printing prints prison
  private prize prizes proceed processor producers produces products professor project projected projecting
  projection projects promise promises promoted promoting prompted prompting prone propane propene properly property
  proscribe prose prosecute prospective protect protected protecting protection protects protest prove providers
  provides publishers publishes pudding pull pulls punch punched punches punching puns punts pure purge purity puts
  putts qualifiers qualifies qualify qualities quality quiet quit quite quotas quote quotes rabid race raced races
  racing racket racks radio radios radius rage raid raids rails rained raining rains raise raised raises raising
  range ranged ranging ranks ranted ranting rants rapid rated rates rating ratio ratios rats raved raves raving
  reached reaching reacted reacting reader readers reading reads reality recall recent recipe recite refuse refute
  regain regard regards reign related relates relating relaxed relaxes relaxing relay relied relies religions
  religious rely relying remain remainder remained remaining remains reminder remote remove render renders rending
  rends repeat repent replied replies reply replying report reported reporting reports resent reset resets resign
  resolution resort resorted resorting resorts rest rests retain retained retaining retains reuse reveal revel
  revenge revenue reversed reverted revolution reward rewards rewrite rewrote rice ridding ride rider rides riding
  rids ringed ringing rise rises rising risking risks river roads robot robots rocket rocks rode role roles roller
  rolls rooms root roots roses rotation routes routs rude ruder ruined ruining ruins rule ruler rulers rules running
  runs sable sack sacked sacks sacred sadden safe safely safety sail sailed sailing sake salary sale sales same
  sample sand sang save saves saving saying says scale scaled scales scaling scarce scare scared scares scaring
  scope score scored scores scoring scout scream screaming screams seal sealed sealing seals seat seats sects seed
  seeds seeing seeking seeks seeming seems seen sees self sell selling sells send sending sends senior sensor sent
  sentient sentiment series servers serves session sets setting settling seven sexes shade shades shake shakes
  shaking shall shallow shame shape shaped shapes shaping share shared shares sharing sharks sheds sheep sheer sheet
  shelf shell shells shift shine shipped shipping ships shirt shock shocks shoe shoes shone shook shoot shooting
  shoots shopped shopping shops shore short shorts shot shots shout shouting shouts shove showed shower showing
  shows shut shuts sick side sided sides siding sight signing signs simmer simple simulate simulated simulates
  simulating simulation since sine sing singing sings sinking sinks sins site sites sits sitting sized sizes sizing
  skill skipped skipping skips skirt skull slack slag slang slash slave slaves sleep sleeping sleeps slept slice
  slices slicing slid slide slides sliding slight slipped slipping slips slope slots slowed slower slowing slows
  small smart smash smell smells smiled smiling smoke smokers smokes snack snail snake sneak sneaking sneaks sniff
  snore sock socks soil sold sole soles solid solve solves songs sons sore sort sorts sound south space spaces spade
  span spare spares speak speaking speaks specially specialty sped speed speeding speeds spell spelling spells spend
  spending spends spent spice spies spike spill spin spit spite spits spitted spitting split splits splitting spoil
  spoils spoke spool spools spoons spore sport sports spot spots spotted spotting spout sprang spray spring springs
  sprung stable stack stacks staff stage stages staging stair stairs stake stale stall stamp stamped stamping stamps
  stand staple star stare stared stares staring stark starred starring stars start started starting startled
  startling starts starve starved starves starving state stated states stating station stationary stationery statue
  status stay stayed staying stays steak steal stealing steals steam steel steep steer stem stems step stepped
  stepping steps sterling stick sticks stiff still stimulate stimulated stimulates stimulating stimulation stir
  stirred stirring stirs stock stocks stole stone stones stood stopped stopping stops store stored stores stories
  storing storms story stove stranger strangest stray stream streaming streams strict strike string strings stripe
  strive stroke strong stronger strongest struck stuck study stuff sturdy style sudden suing suite suits sulfate
  sulfide sulfite sulphate sulphite summaries summarizes summer sung suppliers supplies swallow swamp swamped
  swamping swamps swap swapped swapping swaps swearing swears sweat sweating sweats sweep sweeping sweeps sweet
  swept swift swing switch swore table tables tack tacked tacking tackled tackling tacks tail tails taken takers
  takes taking tale tales talked talking talks tall taller tank tanks tanner tapes tasks tasted tasting taught taxes
  teach teachers teaches teams tears tech teeth tell teller tend tends tens tense tenth terms terse tested testing
  tests texts thank thanking thanks thee theme themes there these theses thesis thick thine thing things think
  thinking thinks thorough those thought thous thread threads threat threats three threw throat throats through
  throughout throughput throw thrust thrusting thrusts thus tick ticks tied ties tiger tile tiles till tilt timed
  timer times timing tins tips tired tires tiring title titles toes token tones tonic tons tools tooth topic topical
  touch tough towels towers towns toxic trace traced traces tracing track tracked tracking tracks trade traded
  trades trading trail trailed trailing trails trained training trains traits transit transmit traps tread treat
  treats tree trees trend trends trial trials tribes trick tricks tried tries trifle triple tripos trips truck
  trucks trunk trunks trust trusting trusts truth trying tubes tuned tunes tuning turned turning twins tying types
  typical typing unable underlie underlies underline underlines unify unite united unites units unity unset untied
  upset usable users uses vacation vague value values valve valves verses versus vice victory vocation voice voters
  votes waded wades wading wages waited waiter waiting waits waked wakes waking walked walking walks walls wander
  wandered wandering wanders wanted wanting wants warmed warming warms warned warning warns warped warping warps
  wars wary washed washes washing wasted wastes wasting watch water waved waves waving wears weary weighs whale
  whenever where wherever while white whites whole whose wider widest width wills winding winds wines wings winner
  winning wins winter wiped wipes wiping wired wires wiring wiser wisest wished wishes wishing witch with withdraw
  withdrew wives woken woman women wonder wondered wondering wonders woods word worded wording words wore worked
  working works world worlds worms worse would wound wraps write writer writers writes writing wrote
`;
