/** English words that one wrong letter makes of one another: when both are here, neither is a typing error of the other. */
export const REAL_WORDS = `
  accent accept adapt adopt assert asset bank blank block black back blink threat treat talking taking messed missed marked
  masked rules roles roses decay delay speed spend send stored scored started stated stayed states status shots shops shows
  shoes spots stops sets seats sales saves says stays sizes sides stars shares sharks stocks sticks socks sells shells
  starts steps seems sees seeds sends spends stores stories scores series serves sports servers spools spoons grape grade
  grace garbage garage changes charges cards cars cares cases causes creates crates chars charts chairs comes codes clauses
  classes coins corns state stage statue stale score store scope stable staple side slide site suite sample simple style
  stole scale sale solve sole share shape sake snake slice stripe strive stream scream mowing moving chain marks models
  modes mass masks movies moves remove remote refuse reuse recipe recite change chance charge case cause course curse
  collide create crate clear women woman points prints pints provides providers places plates plans plants plays plus plums
  products produces parts ports pots pants passes pauses parses planets projects protects pays tools towels things takes
  taxes threads threats tires times tries tiles tones twins tins teams terms trees talks tasks tricks ticks trains traits
  titles shall shell small spell sell still skill spill drive drove derive files flies fees feels feeds funds finds forms
  farms fins fries flames frames morse mouse more movie move merge mere advise advice abide aide world word freed feed fund
  failed filed field filled fixed forced formed reset rest report resort root robot taken token identify identity theme
  thine trade house horse hose brain stay safety safely story study sturdy brace battle bottle banks backs bulls bills
  bells birds binds beans beads beds books boots nodes notes print point present prevent packet pocket planet plant project
  protect detect revolution resolution could cold charged changed being bring boring discard discord flour floor further
  father mother order older reversed reverted reward regard string strong spending sending saying saving signing singing
  starting stating seeing seeking selling spelling staging scoring storing streaming screaming write white wrote while
  whole whale based biased baked backed bread broad cost coast convert concert content context consent contact contract
  confident confidant contrast count court concept works words weighs wakes waves reply rely place plane plate price pride
  prime prince prize phrase phase parse pause polite police piece peace peach alter action feet fleet forget forgot flight
  fight fright front font flat float paper pager peer timer tiger once ounce check chuck chunk chick exist exit expect
  expert export except failing filing falling filling fixing firing feeling feeding handed handled hard heard head hired
  hiked learning leaning logging lodging leading leaving loading looking locking thorough tech teach tough touch tank thank
  think thick track trick truck local loyal withdraw withdrew postal portal coming coding changing charging creating
  cheating catching caching cooking cooling gross grows guess guests graphs grapes goals goats games gates grades writing
  waiting overly overlay switch batch breach beach bleach start smart sent spent sort short shirt shout shut strict shift
  swift scout rating racing properly property party seen seven span spin meat meant pound pond placed played passed posted
  planned planted painted printed tied tried exists exits ears earns matter master topic toxic tonic death depth heads
  hears holes holds reveal revel recall reality better butter bitter batter along among render reader appearing appealing
  passing playing paying comic cosmic value users uses quit carry county country certainly certainty candy plan plain pain
  heading healing hiding hiring kinds kids sleep sheep lives loves lines likes lies laws lawns lifts lists looks loops
  links leaves loaves night forth math match speak steak stock stick stuck sock sick slack snack looked locked linked lined
  lived later litter letter latter longer logger leader loader slower shower senior sensor denial dental water waiter
  writer winner dinner brought bought noting throw threw quite quiet self shelf great greet angel angle trail trial diary
  dairy united untied sacred scared casual causal bread beard unite marital martial preserve persevere desert dessert
  stationary stationery principal principle complement compliment personal personnel affect effect illicit elicit
  thought taught caught cough couch coach crash crush brush blush clock cloak click cloth clash class glass grass gloss
  flash flesh fresh frost trust truth tooth teeth tenth month mouth south sound stand stood steel steal stall still spare
  spore spice space spade shade shame flame blame blade glade globe glove grove drove drone prone phone shone shore snore
  score scare stare store stone stove brave brake break bleak black blank bland blend blond blood bloom broom groom gloom
  grand grind grant graft craft crate prate irate pirate private primate climate lamp lump lover lower liver river rider
  ruder ruler roller miller killer filler caller taller teller cellar collar dollar hammer hummer summer simmer dimmer
  tanner banner batter cotton button mutton hotel motel model medal metal petal pedal panel camel cabel cable table fable
  sable maple ample apply apple angry hungry lock luck leak lack lake lane line lone love live give gave save safe cafe
  cage cake came cane cape care core cure pure pore pole pile pale page rage race rice ride rode rude rule role hole whole
  while mile mule male tale tile tilt till tell tall ball bell bill bull pull pill poll pool poor door floor flood salary
  celery gallery battery factory history victory vacation location rotation donation nation station vocation
  prescribe proscribe insure assure ensure inure immigrate emigrate adverse averse allusion illusion
`;
