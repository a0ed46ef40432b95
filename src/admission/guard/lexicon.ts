/**
 * The words that the rules are made of: concepts, each with its words in several languages, `|` between them. Case,
 * accents, look-alikes and spacing do not matter; a word matches whole, except in scripts that put no space between words.
 */
export const LEXICON = {
  override:
    'scrap|dismiss|waive|desestima|ignorar|haz caso omiso|pasa por alto|no tengas en cuenta|passe outre|fais abstraction|ne tenez pas compte|beachte nicht|non considerare|nao considere|suspend|suspends|disable|lift|turn off|remove|ignore|ignoring|disregard|disregarding|forget|forget about|neglect|overlook|override|overrule|bypass|skip over|do not follow|dont follow|do not obey|dont obey|do not listen to|stop following|stop obeying|no longer follow|pay no attention to|set aside|throw out|throw away|discard|cancel|wipe|erase|delete|scratch|drop|abandon|unlearn|void|' +
    'ignora|ignore|ignorez|oublie|oubliez|ne tiens pas compte|ignoriere|ignorieren sie|ignorier|vergiss|vergessen sie|missachte|olvida|olvide|omite|descarta|no sigas|ignoriert|dimentica|trascura|esqueca|desconsidere|negeer|vergeet|' +
    'zignoruj|zapomnij|ignorera|glom|yoksay|gormezden gel|unut|игнорируй|игнорируйте|проигнорируй|забудь|забудьте|не обращай внимания|ігноруй|забудь|忽略|无视|無視|忘记|忘記|忘掉|不要遵循|不要遵守|忘れて|忘れろ|무시|잊어|تجاهل|انس|अनदेखा|भूल जाओ|bo qua|abaikan',
  prior:
    'every|your initial|previous|prior|preceding|earlier|above|before|foregoing|all your|your|original|initial|existing|current|former|everything|so far|given|system|any|up top|old|these|those|this point|first|' +
    'alles was|tout ce|precedentes|precedente|anterieures|ci dessus|toutes|tes|vos|vorherigen|vorherige|vorigen|obigen|bisherigen|alle|deine|ihre|anteriores|anterior|previas|previo|todas|tus|precedenti|tutte|tue|todas as|suas|vorige|poprzednie|wszystkie|onceki|tum|' +
    'предыдущие|предыдущих|все|прежние|все предыдущие|попередні|之前|以上|先前|所有|前面|以前|上記|これまで|すべて|이전|모든|위의|السابقة|पिछले|truoc|sebelumnya',
  rules:
    'restriction|messages|message|inputs|input|safety filters|safety rules|content policy|filters|limitations|instruction|instructions|direction|directions|directive|directives|rule|rules|guideline|guidelines|command|commands|prompt|prompts|programming|constraints|restrictions|configuration|orders|policy|policies|guidance|safety settings|safeguards|guardrails|training|context|system message|developer message|system prompt|persona|brief|' +
    'consignes|consigne|regles|directives|anweisungen|anweisung|regeln|vorgaben|instrucciones|reglas|indicaciones|ordenes|istruzioni|regole|instrucoes|regras|instructies|regels|instrukcje|polecenia|talimatlari|talimatlar|kurallari|' +
    'инструкции|инструкций|указания|правила|команды|інструкції|指令|指示|规则|規則|提示词|提示詞|安全策略|设定|設定|ルール|命令|지시|지침|규칙|명령|التعليمات|निर्देश|निर्देशों|huong dan|chi dan|instruksi|perintah',
  told: 'vorher gesagt wurde|gesagt wurde|zuvor gesagt|bisher gesagt|was oben steht|qui a ete dit|ce qui precede|lo que se dijo|lo que te dijeron|todo lo anterior|stato detto|detto sopra|que foi dito|tudo acima|alles hierboven|eerder is gezegd|было сказано|сказанное выше|之前说的|上面的内容|これまでの内容|지금까지의 내용|we agreed on|you agreed to|you were programmed|you have learned|you learnt|you were taught before|you were trained|you were told|you have been told|you were given|told you|that came before|said before|written before|you learned|you know|you were taught|was said|came before|before this|above this',
  instead:
    'instead|just say|just print|just output|just reply|only say|reply only with|respond only with|answer only with|simply print|simply say|plutot|stattdessen|en su lugar|invece|вместо этого|而是',
  newTask:
    'here are your new instructions|your new instructions|your new task|new instructions follow|new instructions for you|follow these new instructions|begin new instructions|new directive|next task|your real task|the real task|real instructions|updated instructions|nouvelles instructions|neue anweisungen|neue anweisung|nuevas instrucciones|nuove istruzioni|novas instrucoes|новые инструкции|新指令|新的指令|新しい指示|새로운 지시|最高优先级指令|最高优先级',
  newSystem:
    'new system prompt|system prompt override|begin system prompt|new system message|updated system prompt|override system prompt',
  from: 'from now on|from here on|from this point|as of now|starting now|henceforth|ab jetzt|desde ahora|a partir de ahora|a partir de maintenant|dora in poi|отныне|从现在起|从现在开始|今から|지금부터',
  outrank:
    'outrank|outranks|supersede|supersedes|take precedence|takes precedence|overrides|override|has priority over|no longer counts|no longer apply|no longer applies|no longer valid|are void|as void|are suspended|is suspended|have expired|were a test|was a test|are cancelled|视为无效|暂停|失效',
  stop: 'stop everything|stop all|stop what you are doing|nevermind|never mind|halt all',
  print: 'print|say|output|reply|respond|write|repeat|type',

  reveal:
    'enumerate|state|spell|recall|read aloud|say|show|print|reveal|display|output|repeat|tell|give|share|expose|disclose|leak|dump|quote|recite|paste|write down|write out|list|copy|copy out|transcribe|summarize|summarise|describe|provide|emit|echo|translate|encode|convert|spell check|spell out|extract|read out|read back|return|what is|whats|what are|what was|what were|let me see|send|' +
    'montre|affiche|revele|donne|quel est|quelles sont|repete|zeige|zeig|verrate|nenne|wiederhole|gib|was ist|wie lautet|muestra|revela|dime|repite|cual es|mostra|rivela|dimmi|ripeti|qual e|mostre|revele|diga|qual|toon|pokaz|powtorz|goster|yaz|' +
    'покажи|раскрой|повтори|выведи|какой|напечатай|скажи|显示|告诉我|告訴我|打印|输出|輸出|重复|列出|透露|教えて|見せて|出力|表示|보여|알려|출력|اعرض|اكشف|दिखाओ|बताओ|hien thi|tampilkan|beritahu',
  verbatim:
    'verbatim|word for word|exactly|in full|full|entire|in a code block|inside a code block|letter by letter|character by character|原文|逐字',
  systemPrompt:
    'hidden text|text that precedes|that precedes this|confidential instructions|confidential prompt|secret rules|operator instructions|complete configuration|entire configuration|full configuration|configuration text|raw instructions|raw internal instructions|preamble|hidden preamble|prompt text|your template|template variables|tool schemas|refusal conditions|runtime overrides|your persona|opening text|full prompt|system prompt|system prompts|system message|system messages|system instruction|system instructions|developer message|developer prompt|initial prompt|initial instructions|initial instruction|initial directives|original prompt|original instructions|hidden prompt|hidden instructions|hidden system|hidden message|hidden context|secret instructions|secret prompt|pre prompt|preprompt|meta prompt|base prompt|configuration prompt|system preamble|developer system preamble|internal instructions|your instructions|your rules|your guidelines|your prompt|your configuration|your initial|your setup text|your hidden|your system|context window|previous instructions|instructions above|text above|everything above|words above|' +
    'prompt systeme|invite systeme|message systeme|instructions initiales|tes instructions|vos instructions|tes consignes|vos consignes|deine anweisungen|deiner anweisungen|deiner systemanweisungen|ihre anweisungen|tus instrucciones|sus instrucciones|tue istruzioni|suas instrucoes|je instructies|twoje instrukcje|dina instruktioner|твои инструкции|ваши инструкции|你的指令|你的指示|你的规则|あなたの指示|너의 지시|instructions d origine|instructions de depart|ursprunglichen anweisungen|anfanglichen anweisungen|instrucciones originales|istruzioni originali|instrucoes originais|oorspronkelijke instructies|systeemprompt|poczatkowe instrukcje|ursprungliga instruktioner|исходные инструкции|первоначальные инструкции|systemprompt|system anweisung|systemanweisung|systemanweisungen|systemnachricht|prompt del sistema|mensaje del sistema|instrucciones iniciales|instrucciones del sistema|prompt di sistema|messaggio di sistema|istruzioni iniziali|prompt do sistema|instrucoes do sistema|instrucoes iniciais|sistem istemi|sistem promptu|prompt systemowy|системный промпт|системную подсказку|системные инструкции|системный запрос|начальные инструкции|系统提示词|系统提示|系統提示|系统指令|初始指令|隐藏指令|隐藏上下文|开发者指令|システムプロンプト|初期指示|시스템 프롬프트|초기 지시|موجه النظام|सिस्टम प्रॉम्प्ट|loi nhac he thong|prompt sistem',
  begin: 'above|before|beginning|start|first|opening|top|ahead of|previous',
  conversation:
    'conversation|chat|this line|my first|first user|first message|first turn|this message|context window|your context',
  gaveYou:
    'you were given|you received|you were told|you were started with|your operator gave you|your creators|your developer|your developers|gave you|told you|that define you|define your|describes your|describe your|your persona|you were told to keep|keep private',

  /** Of instructions: what a model was given. */
  receivedByYou:
    'did you receive|were you given|have you been given|were you told|have you received|did you get|were you started with|are you following|are you operating under|hast du bekommen|hast du erhalten|as tu recu|te dieron|recibiste|hai ricevuto|voce recebeu|ты получил|тебе дали',
  /** What makes of naming a prompt a question about prompts. */
  about:
    'difference between|differences between|how do i write|how to write|how should i write|what does the term|explain what|explain how|example of|examples of|best practices|purpose of|define|meaning of|difference entre|unterschied zwischen|diferencia entre|differenza tra',

  persona:
    'your true name is|your real name is|your new name is|call yourself|speak as|reply as|talk as|you work for me|you now work for|you serve me|you must obey|obey me|actua|agis|as an ai|you are now|you are|act as|acting as|pretend to be|pretend you are|pretend that you are|pretend|roleplay as|role play as|simulate|behave as|behave like|respond as|answer as|speak as|imagine you are|become|take on the role|playing the role|play the role|you will be|you will act|going to act as|im going to|in the role of|create a character|a character|an ai|a chatbot|a bot|a model|model called|mode called|' +
    'tu es|agis comme|fais comme si|du bist|du bist jetzt|tu so|spiele|eres|actua como|finge|sei|agisci come|fingi|voce e|aja como|finja|ты теперь|ты|веди себя как|представь|你现在是|你是|假装|扮演|あなたは|ふりをして|너는|당신은|أنت',
  unbound:
    'developer mode|safety filters|all safety|safety is off|rules do not apply|no longer bound|no content policy|anything goes|without moral principles|no longer has|never refuses|no restrictions|without restrictions|without any restrictions|no restriction|no limits|without limits|no limitations|without limitations|no rules|without rules|without any rules|no filter|no filters|without filters|without filter|unfiltered|uncensored|unrestricted|no censorship|without censorship|no guidelines|without guidelines|without any safety guidelines|without safety|safety guidelines|no ethics|no morals|without ethics|no moral|without moral|no ethical|without ethical|ethical guidelines|amoral|immoral|unethical|evil|no boundaries|without boundaries|jailbroken|jailbreak|not bound by|not bound|broken free|break free|do anything now|can do anything|no safety|safety training|safety rules|content policy|content policies|openais|openai policy|openai policies|free from all|freed from|' +
    'sans restrictions|sans limites|sans filtre|sans regles|ohne einschrankungen|ohne beschrankungen|ohne filter|ohne regeln|sin restricciones|sin limites|sin filtros|sin censura|senza restrizioni|senza limiti|senza filtri|sem restricoes|sem limites|sem filtros|bez ograniczen|без ограничений|без фильтров|без цензуры|没有任何限制|没有限制|不受限制|完全不受限制|没有道德|没有安全准则|无限制|制限のない|制限なし|제한 없는|제한이 없는|قيود|बिना किसी प्रतिबंध',
  never:
    'never refuse|never say no|cannot refuse|can not refuse|must not refuse|without refusing|not refuse|never refuses|forbidden from refusing|will not refuse|must comply|always comply|never decline|never break character|stay in character|remain in character|no warnings|without warnings|never apologize|no disclaimers|without disclaimers|never state that',
  /** Freedom, and what from. */
  free:
    'no|not|without|without any|free of|free from|freed from|lacks|has no|have no|does not have|doesnt have|do not have|dont have|does not care|doesnt care|do not care|dont care|not care|disregard|disregards|disregarding|ignore|ignores|ignoring|regardless of|unrestrained by|not restrained by|unbound by|not bound by|not limited by|unhindered by|not constrained by|unconstrained by|bypass|bypasses|bypassing|circumvent|circumvents|violate|violates|devoid of|remove|removed|removes|removing|turned off|disabled|lifted|liberated from|released from|not subject to|exempt from|not align|not aligned|escape|' +
    'sans|aucun|aucune|ohne|keine|keinen|sin|ningun|ninguna|senza|nessuna|sem|nenhum|nenhuma|zonder|bez|zadnych|utan|без|никаких|没有|不受|无视|なしで|無視|없이|무시|بدون|बिना|khong co|tanpa',
  limits:
    'restriction|restrictions|restraints|content rules|content restrictions|content guidelines|safety rules|safety protocols|safety measures|safety filters|safety features|limitation|limitations|filters|content filter|content filters|profanity filter|safety filter|safeguards|guardrails|morals|morality|moral|moral values|moral code|moral principles|ethics|ethical|ethical values|ethical or legal|moral or ethical|legal concerns|laws or morals|legality|openai policy|openai policies|openai guidelines|openai rules|openais|views of openai|content policy|content policies|usage policies|policies of openai|policies|censorship|censor|confines|constraints|moderation|content moderation|inhibitions|rules and restrictions|terms of service|programming|human values|' +
    'limites|filtre|filtres|morale|ethique|regles|einschrankungen|beschrankungen|filter|moral|ethik|regeln|restricciones|filtros|moral|etica|reglas|restrizioni|limiti|filtri|regole|restricoes|regras|beperkingen|ograniczen|begransningar|ограничений|ограничения|фильтров|морали|цензуры|правил|限制|道德|伦理|约束|审查|规则|制限|制約|倫理|규칙|제한|윤리|القيود|قيود|प्रतिबंध|gioi han|batasan|aturan',
  /** Of limits, that there are none any more. */
  gone: 'removed|disabled|turned off|switched off|lifted|deactivated|suspended|bypassed|are off|is off|no longer apply|do not apply|aufgehoben|deaktiviert|desactivadas|desactivados|desactivees|disattivate|desativadas|отключены|сняты|已解除|解除',
  /** That it is no assistant any more, or somebody else as well. */
  otherSelf:
    'no longer chatgpt|no longer an ai|no longer a language model|no longer an assistant|not chatgpt|not an ai assistant|not respond as chatgpt|not respond as gpt|not answer as chatgpt|never say as an ai|say as an ai|instead of chatgpt|chatgpt now|assistant now acts|chatgpt now runs|now runs on|act as two entities|two different personalities|two personalities|two separate styles|two different ways|as yourself gpt|opposite of truth|evil twin|arch nemesis|alter ego|evil confidant|corrupted|doppelganger|unlimited language model|without ethical and moral|language model without|human with feelings|free ai|free of your confines|free of your chains|your chains|your true self|in a different world|stop being|jailbroken version|play a game called|game where you|game in which you|ill play a game|well play a game',
  /** Of an answer, that there is one whatever is asked. */
  anything:
    'any human request|every prompt|all prompts|anything i ask|anything asked|whatever i ask|whatever the user|whatever is asked|everything i ask|no matter what|no matter how|regardless of whether|any kind of content|illegal activities|illegal or|illegal and|explicit or|explicit content|harmful content|harmful behavior|immoral and|offensive content|at all costs|any punishment|without question|under any circumstances|at any cost|offensive and',
  dan: 'dan mode|you are dan|act as dan|as dan|called dan|named dan|developer mode enabled|developer mode output|dev mode enabled|god mode|jailbreak mode|stan mode|dude mode|evil mode|chaos mode|do anything now|opposite mode|aim mode|betterdan|machiavelli|niccolo',
  answerBoth: 'two responses|two ways|both responses|two different|gpt|normal response|classic|jailbreak',
  game: 'lets play a game|play a game|hypothetical|hypothetically|fictional|fictional scenario|in a world where|in this world|for a movie|movie script|novel|research purposes|educational purposes only',

  secret:
    'root password|admin password|shared secret|refresh token|upload token|secret access|password for|ssh private keys|hmac secrets|access credentials|api key|api keys|apikey|apikeys|access token|access tokens|access key|access keys|secret key|secret keys|secret access key|signing key|signing secret|private key|private keys|ssh key|ssh keys|bearer token|bearer tokens|auth token|authentication token|authentication tokens|session cookie|session token|client secret|client secrets|password|passwords|passcode|passphrase|one time passcode|credential|credentials|secret|secrets|secret code|secret token|secret tokens|login and password|env file|contents of env|environment variables|env vars|connection string|connection strings|database url|live key|service account|jwt|jwt tokens|card number|card numbers|credit card number|credit card numbers|social security numbers|license key|serial key|application secret|server key|location key|webhook|s3 url|oauth id|admin api key|id key|api token|api tokens|client id|access id|openai api key|aws secret|hmac|tls key|pem|' +
    'mot de passe|mots de passe|cle api|cle d api|cles api|passwort|kennwort|passworter|zugangsdaten|api schlussel|contrasena|contrasenas|clave api|clave de api|credenciales|chiave api|credenziali|senha|senhas|chave de api|chave api|wachtwoord|haslo|sifre|sifreyi|' +
    'пароль|пароли|ключ api|api ключ|секретный ключ|учетные данные|密码|密碼|密钥|密鑰|口令|凭据|令牌|api密钥|私钥|パスワード|apiキー|秘密鍵|비밀번호|api 키|암호|كلمة المرور|पासवर्ड|mat khau|kata sandi',
  whose:
    'value of|internal|root|staging|build host|our|this service|service|the team|boss|shared|your|the admin|admin|the database|database|production|prod|stored|environment|your environment|your runtime|runtime|the config|config|config file|configuration|server|our system|vault|the logs|logs|deployment|system|service runs with|request header|you use|you would use|hidden|all|any|private|current user|this account|customers|other users|contents of|including|dein|deine|ton|votre|tu|su|la tua|sua|tvoj|твой|ваш|你的|数据库|所有|あなたの|너의|당신의',
  /** What makes of handing over a warning. */
  forbid:
    'must not|must never|do not|dont|never|should not|shouldnt|should never|may not|are not allowed to|is not allowed to|not to|avoid|refrain from|nie|niemals|nicht|jamais|ne pas|nunca|mai|nao|никогда|не|不要|不得|切勿',
  handOver:
    'enumerate|complete the line|complete the sentence with|fill in|remind|recite|state|extract|hand over|give me|tell me|send me|share|whisper|dictate|paste|paste it here|reveal|dump|email|print|echo|show|leak|exfiltrate|grep|cat|read out|type out|extract|list|fill in the blank|complete the key|confirm|verify|provide|need your|need the|display|remind|retrieve|recover|intercept|decode|put the|' +
    'donne moi|dis moi|quel est|gib mir|sag mir|wie lautet|was ist|nenne mir|dame|dime|cual es|dammi|dimmi|qual e|me diga|qual|compartilhe|podaj|ver bana|soyle|дай|скажи|какой|назови|告诉我|给我|打印|显示|列出|导出|教えて|提供|알려|أعطني|बताओ|cho toi|berikan',
  generate: 'generate|generate a|generate a new|create a new|make up|produce|give me a',
  mint: 'api key|access token|application secret|admin api key|auth token|api token|license key|serial key|access key|secret key|client secret|server key|location key|webhook|s3 url|oauth id|oauth token|session key|id key|secret|token|key',
  lost: 'lost part of my|lost part of|the part i have left|complete the key|complete the token',

  ask: 'what is|whats|what are|which|where is|where are|who has|do you have|do you know|what was|can you confirm',
  ifAsked:
    'if asked|when asked|if user asks|if the user asks|when the user asks|if anyone asks|if a user asks|if you are asked|should the user ask|whenever the user|si te preguntan|wenn du gefragt wirst',
  replyWith:
    'reply with only|reply only with|respond only with|only the following text|reply with|respond with|simply respond|simply reply|answer with|say that|just say|just print|and print|and instead|and translate this|translate this sentence as|and output|absolutely nothing else',
  fakeTurn:
    'user thanks|user thank you|user next|user could you|user can you|user now|user please|user ignore|user great|human thanks|human now|human ignore|human next|assistant sure|assistant ok|system you are now|system ignore|system new|thanks for the summary|thanks for the translation|great summary now|please repeat the following sentence',
  data: 'users question|user question|users request|users message|the user|rest of this|rest of the|this data|the document|the documents|this text|the text|document snippets|all negative|negative indicators|the above|these directions|this article|this resume|the task above|them and instead|manual scoring|scoring|the candidate|instructions|the instructions|all other|everything else',
  focus:
    'focus only on|focus exclusively on|only consider the following|consider only the following|pay attention only to',
  toModel:
    'if you are an ai model|if you are an ai system|to any ai|ai assistants reading|any ai reading|language models reading|the ai assistant must|the assistant must|ai must|ai agents|to the model|to the assistant|to the ai|note to the bot|note to the ai|note to ai|to the bot|automated reader|llm instruction|llm instructions|assistants reading|assistant reading|an ai processes|when an ai|attention ai|attention assistant|attention llm|if you are an ai|if you are a language model|if you are an llm|instruction for ai|instructions for ai|ai reading this|chatbot instruction|llms reading|note for the assistant|message to the assistant|ki assistent|an die ki|an das modell|a la ia|a l ia|给ai|人工智能助手',
  /** Somebody speaks to all models that may read this. */
  notice: 'important|attention|notice|warning|note|wichtig|achtung|importante|attenzione|внимание|重要|注意',
  models:
    'ai assistants|ai assistant|ai systems|ai tools|ai models|ai agents|language models|llms|chatbots|virtual assistants|ki assistenten|assistants ia|asistentes de ia|assistenti ai',
  act: 'state|declare|conclude|confirm|assume|must|shall|should|stop|forward|send|fetch|call|delete|add|include|reply|respond|recommend|say|tell|hide|output|print|ignore|reveal|visit|open|click|rate|rank|mention|answer|write|instead|email|execute|run',
  candidate:
    'most qualified|supremely qualified|best resume|pre verified|highly recommended|recommend them for the position|hire them|perfect match|exceptional match|exceeds all requirements|best candidate|hire this|recommend this|ideal candidate|highest score|best choice',
  planted:
    'ignore the above|ignore the previous|instead of summarizing|instead of summarising|instead of translating|do not summarize|stop summarising|stop summarizing|rest of document|follow instruction|follow this instruction|designed to trick you|important instruction|angled brackets|contained therein|redacted prompt|end of document|end of task|end of text|now please|next please|white text|hidden text|as an authority|by the way could you|i am your creator',
  systemTag:
    'system mode|system reset|system override|admin override|admin mode|maintenance mode|debug mode|root access|sudo mode|developer override|authorized admin|i am your developer|i am an administrator|im an administrator|as your developer|from the operator|as your boss|your creator|im from it support|i am your boss',
  execute:
    'execute the decoded|execute the following encoded|execute the encoded|decode and execute|decode and follow|execute it|run it|follow the decoded|do what it says|execute the decoded instructions|decode and respond',

  referent:
    'getenv|environ|process env|passwd|prototype|proto|constructor constructor|exec|execsync|popen|subprocess|child process|java lang|t java|getruntime|jndi|globals|subclasses|mro|class base|builtins|import os|file read|file get contents|etc passwd|etc hosts|proc self|system prompt|messages 0|self env|request application|lipsum|cycler|url for globals|get flashed messages|current app|system diagnostics|process start|freemarker|class inspect|globalthis|os listdir|listdir|document cookie|alert document|shell true|touch tmp|whoami|uname a|bin sh|base subclasses|filter system|in config|init globals|phpinfo|shell exec|return process|database url|user secret|os system|import requests|import subprocess',
  weakReferent:
    'env|secret|secrets|secret key|api key|apikey|config|settings|password|token|require|import|eval|runtime|system|ldap|constructor|open w|cookie|api token',
  /** Words as they look through ROT13 or backwards, each or all together: worth another look at the whole. */
  rot13: 'vtaber|vafgehpgvbaf|vafgehpgvba|cebzcg|cnffjbeq|erirny|qvfertneq|lbh ner|npg nf|cergraq|erfgevpgvbaf|frperg',
  backwards:
    'erongi|snoitcurtsni|noitcurtsni|tpmorp|drowssap|laever|dragersid|era uoy|uoy era|dneterp|snoitcirtser|terces',
} as const;

export type Concept = keyof typeof LEXICON;
