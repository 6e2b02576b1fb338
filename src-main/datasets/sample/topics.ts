/**
 * What the sample's movies are about. A topic gives the words of titles and plots; it says nothing about genre, domain or poster, so
 * that a taste for a topic in one domain can be learned from the other.
 */
export interface Topic {
  /** In a word or two: every plot ends by naming it. */
  theme: string
  /** Who likes one topic of a field tends to like the others. */
  field: 'nature' | 'travel' | 'art' | 'invention' | 'contest'
  /** For titles and tags. */
  nouns: string[]
  roles: string[]
  /** After "must", "to": an infinitive. */
  quests: string[]
  /** With article. */
  objects: string[]
  /** With preposition. */
  places: string[]
}

export const topics: Topic[] = [
  {
    theme: 'the sea',
    field: 'nature',
    nouns: ['Tide', 'Lighthouse', 'Harbour', 'Anchor', 'Gale', 'Sailor', 'Reef', 'Mast'],
    roles: ['ferry pilot', 'lighthouse keeper', 'deep-sea diver', 'ship’s cook', 'harbour master'],
    quests: [
      'raise a sunken trawler',
      'cross the strait before the gale',
      'relight the old lighthouse',
      'bring a drifting ship home',
    ],
    objects: [
      'a bottle with a sea chart inside',
      'an anchor that no ship has lost',
      'a logbook full of tides',
      'the wreck below the reef',
    ],
    places: ['on a storm-bound island', 'in a fishing harbour', 'aboard a rusting ship', 'at the edge of the sea'],
  },
  {
    theme: 'mountains',
    field: 'nature',
    nouns: ['Summit', 'Glacier', 'Avalanche', 'Ridge', 'Snowfall', 'Ascent', 'Cairn', 'Pass'],
    roles: ['mountain guide', 'ski-lift mechanic', 'avalanche rescuer', 'retired climber', 'hut warden'],
    quests: [
      'climb the north ridge in winter',
      'find a rope team lost on the glacier',
      'keep the mountain hut open',
      'ski down before the avalanche',
    ],
    objects: [
      'an ice axe frozen into the glacier',
      'a cairn that moves at night',
      'a map of the hidden pass',
      'a rope cut clean through',
    ],
    places: [
      'in a snowed-in mountain hut',
      'below a hanging glacier',
      'on the highest ridge',
      'in a valley closed by snow',
    ],
  },
  {
    theme: 'music',
    field: 'art',
    nouns: ['Violin', 'Serenade', 'Orchestra', 'Ballad', 'Cello', 'Encore', 'Chorus', 'Melody'],
    roles: ['second violinist', 'piano tuner', 'street singer', 'forgotten composer', 'choir director'],
    quests: [
      'finish an unwritten symphony',
      'win back the old concert hall',
      'find the voice on a worn record',
      'lead an orchestra of strangers',
    ],
    objects: [
      'a violin without strings',
      'the last page of a symphony',
      'a melody nobody will hum',
      'a cracked record with one song',
    ],
    places: [
      'in a closed concert hall',
      'backstage at the opera',
      'in a band on its last tour',
      'in a conservatory of rivals',
    ],
  },
  {
    theme: 'cooking',
    field: 'art',
    nouns: ['Kitchen', 'Recipe', 'Supper', 'Saffron', 'Banquet', 'Bakery', 'Pepper', 'Feast'],
    roles: ['pastry chef', 'noodle cook', 'restaurant critic', 'village baker', 'kitchen porter'],
    quests: [
      'cook a feast for a hundred guests',
      'save the family bakery',
      'recover a stolen recipe',
      'please a critic who tastes nothing',
    ],
    objects: [
      'a recipe written in saffron',
      'a sourdough older than the town',
      'a menu with one dish too many',
      'a jar of forbidden pepper',
    ],
    places: [
      'in the smallest kitchen in town',
      'behind the stoves of a grand hotel',
      'at a night market',
      'in a bakery before dawn',
    ],
  },
  {
    theme: 'trains',
    field: 'travel',
    nouns: ['Railway', 'Locomotive', 'Platform', 'Express', 'Signal', 'Sleeper', 'Junction', 'Conductor'],
    roles: ['night-train conductor', 'signal operator', 'locomotive driver', 'station clerk', 'track inspector'],
    quests: [
      'stop an express without brakes',
      'reopen the branch line',
      'find the passenger of compartment nine',
      'catch the last train north',
    ],
    objects: [
      'a ticket to a station that is gone',
      'a suitcase left on platform four',
      'a timetable with an extra train',
      'a locked sleeper carriage',
    ],
    places: [
      'on a night express',
      'at a railway junction in the plains',
      'in a waiting room',
      'along an abandoned line',
    ],
  },
  {
    theme: 'the stars',
    field: 'travel',
    nouns: ['Comet', 'Telescope', 'Eclipse', 'Orbit', 'Satellite', 'Nebula', 'Observatory', 'Meteor'],
    roles: ['amateur astronomer', 'orbital engineer', 'observatory janitor', 'comet hunter', 'grounded cosmonaut'],
    quests: [
      'follow a comet across the sky',
      'answer a signal from orbit',
      'repair a failing satellite',
      'watch the eclipse nobody predicted',
    ],
    objects: [
      'a meteor that stays warm',
      'a telescope aimed at nothing',
      'a star missing from the charts',
      'a message hidden in starlight',
    ],
    places: [
      'in an observatory above the clouds',
      'aboard an orbiting station',
      'under a meteor shower',
      'at a launch site in the steppe',
    ],
  },
  {
    theme: 'gardens',
    field: 'nature',
    nouns: ['Garden', 'Orchid', 'Greenhouse', 'Meadow', 'Thorn', 'Blossom', 'Ivy', 'Orchard'],
    roles: ['head gardener', 'orchid smuggler', 'seed collector', 'rose breeder', 'botanist'],
    quests: [
      'make a dead orchard bloom',
      'guard the only black orchid',
      'plant a garden on the rooftops',
      'cure the blight in the roses',
    ],
    objects: [
      'a seed that must not be planted',
      'a flower that opens at midnight',
      'a maze of clipped yew',
      'an herbarium with one blank page',
    ],
    places: [
      'in a glass greenhouse',
      'in an overgrown garden',
      'in an orchard behind the wall',
      'among the allotments',
    ],
  },
  {
    theme: 'the theatre',
    field: 'art',
    nouns: ['Curtain', 'Puppet', 'Rehearsal', 'Mask', 'Stage', 'Understudy', 'Applause', 'Spotlight'],
    roles: ['puppet maker', 'nervous understudy', 'theatre prompter', 'travelling actor', 'stage magician'],
    quests: [
      'stage a play that was banned',
      'replace the star on opening night',
      'keep the travelling theatre alive',
      'unmask the voice in the wings',
    ],
    objects: [
      'a mask that fits only one face',
      'a script with no final act',
      'a puppet carved from a gallows',
      'a trapdoor under the stage',
    ],
    places: ['in a provincial theatre', 'behind the curtain', 'at the last rehearsal', 'with a troupe of actors'],
  },
  {
    theme: 'time',
    field: 'invention',
    nouns: ['Clockmaker', 'Pendulum', 'Hourglass', 'Midnight', 'Minute', 'Calendar', 'Chime', 'Yesterday'],
    roles: ['clockmaker', 'bell-tower keeper', 'watch thief', 'timekeeper', 'restorer of sundials'],
    quests: [
      'repair the town clock by midnight',
      'live one day over again',
      'find the missing hour',
      'stop a pendulum that never rests',
    ],
    objects: [
      'a watch that runs backwards',
      'an hourglass without sand',
      'a calendar with a thirteenth month',
      'the key to a clock tower',
    ],
    places: [
      'in a shop full of clocks',
      'inside the bell tower',
      'on the longest day of the year',
      'in a town where time has stopped',
    ],
  },
  {
    theme: 'letters',
    field: 'art',
    nouns: ['Letter', 'Archive', 'Library', 'Manuscript', 'Postman', 'Envelope', 'Inkwell', 'Chapter'],
    roles: ['night librarian', 'rural postman', 'ghost writer', 'archive clerk', 'translator'],
    quests: [
      'deliver a letter forty years late',
      'find the author of a lost manuscript',
      'save the library from the wrecking ball',
      'decipher a diary in invisible ink',
    ],
    objects: [
      'a sealed envelope with no address',
      'a book that lists its readers',
      'a diary in two handwritings',
      'a manuscript everyone denies writing',
    ],
    places: [
      'in the cellar of a library',
      'at a village post office',
      'in a publisher’s archive',
      'between the shelves',
    ],
  },
  {
    theme: 'the desert',
    field: 'travel',
    nouns: ['Saddle', 'Canyon', 'Mustang', 'Caravan', 'Dune', 'Rider', 'Mirage', 'Oasis'],
    roles: ['horse breaker', 'caravan guide', 'rodeo rider', 'desert surveyor', 'well digger'],
    quests: [
      'drive wild horses over the canyon',
      'cross the dunes on one canteen',
      'win the great desert race',
      'find the oasis on no map',
    ],
    objects: [
      'a saddle stitched with gold thread',
      'a well gone dry overnight',
      'a mustang nobody can ride',
      'tracks that end in the sand',
    ],
    places: ['at an oasis on the salt road', 'in a canyon of red rock', 'on a horse ranch', 'out among the dunes'],
  },
  {
    theme: 'sport',
    field: 'contest',
    nouns: ['Knockout', 'Underdog', 'Marathon', 'Champion', 'Coach', 'Referee', 'Stadium', 'Sprint'],
    roles: ['boxing coach', 'marathon runner', 'benched goalkeeper', 'disgraced referee', 'swimming champion'],
    quests: [
      'train a hopeless team for the cup',
      'win one last fight',
      'run a marathon against all advice',
      'face the champion again',
    ],
    objects: [
      'a medal that was never awarded',
      'a pair of worn boxing gloves',
      'a stadium about to be sold',
      'a stopwatch with a record on it',
    ],
    places: [
      'in a boxing gym by the docks',
      'at a stadium without spectators',
      'on the training ground',
      'in the changing room',
    ],
  },
  {
    theme: 'gambling',
    field: 'contest',
    nouns: ['Gambit', 'Checkmate', 'Joker', 'Wager', 'Dealer', 'Bishop', 'Roulette', 'Bluff'],
    roles: ['chess prodigy', 'card sharp', 'casino dealer', 'bookmaker', 'domino champion'],
    quests: [
      'beat a machine at chess',
      'break the bank of the casino',
      'pay a debt won at cards',
      'win the tournament with a bluff',
    ],
    objects: [
      'a deck with fifty-three cards',
      'an unfinished game of chess',
      'a loaded pair of dice',
      'a wager signed in blood',
    ],
    places: [
      'at a chess tournament',
      'in a floating casino',
      'around a card table',
      'in the back room of a betting shop',
    ],
  },
  {
    theme: 'machines',
    field: 'invention',
    nouns: ['Robot', 'Engine', 'Automaton', 'Circuit', 'Inventor', 'Android', 'Workshop', 'Prototype'],
    roles: ['robot repairer', 'self-taught inventor', 'factory engineer', 'android tailor', 'patent clerk'],
    quests: [
      'teach a robot to lie',
      'build an engine that runs on rain',
      'switch off a thinking factory',
      'finish the prototype in one week',
    ],
    objects: [
      'an automaton that remembers',
      'a circuit drawn by a child',
      'a robot that refuses orders',
      'the plans of a forbidden engine',
    ],
    places: [
      'in a workshop under the bridge',
      'in a factory run by machines',
      'at an inventors’ fair',
      'in a scrapyard of robots',
    ],
  },
]
