/** The sample's genres, as MovieLens names them, with what each adds to a plot. The two lists are the default domains. */
export interface Genre {
  name: string
  /** Share within its domain. */
  weight: number
  /** A clause that ends a sentence after "but" or "while". */
  clauses: string[]
}

export const genresA: Genre[] = [
  {
    name: 'Action',
    weight: 5,
    clauses: ['hired guns are closing in', 'the bridges are blown one by one', 'an army stands in the way'],
  },
  {
    name: 'Adventure',
    weight: 4,
    clauses: [
      'the map leads far from home',
      'a rival expedition is a day ahead',
      'every step goes deeper into the unknown',
    ],
  },
  {
    name: 'Crime',
    weight: 4,
    clauses: ['the mob wants its share', 'a detective knows about the heist', 'the loot has vanished'],
  },
  {
    name: 'Fantasy',
    weight: 3,
    clauses: ['an old spell wakes', 'a dragon has made its own plans', 'the wishes come at a price'],
  },
  {
    name: 'Film-Noir',
    weight: 1,
    clauses: ['the dame with the alibi is lying', 'the rain washes up a body', 'everyone in town has a price'],
  },
  {
    name: 'Horror',
    weight: 3,
    clauses: [
      'something is scratching inside the walls',
      'nobody who stays the night is seen again',
      'the dead do not rest',
    ],
  },
  {
    name: 'Mystery',
    weight: 3,
    clauses: ['the only witness has disappeared', 'each clue points to a friend', 'a stranger keeps leaving riddles'],
  },
  {
    name: 'Sci-Fi',
    weight: 3,
    clauses: [
      'the future has already been sold',
      'a visitor from another world listens in',
      'the experiment cannot be stopped',
    ],
  },
  {
    name: 'Thriller',
    weight: 5,
    clauses: ['someone is watching every move', 'the call comes from inside', 'there are only hours left'],
  },
  {
    name: 'War',
    weight: 1,
    clauses: ['the front line draws near', 'the armistice is a day too late', 'the regiment has been betrayed'],
  },
  {
    name: 'Western',
    weight: 1,
    clauses: ['the sheriff has sold the town', 'outlaws ride in at noon', 'the frontier keeps no promises'],
  },
]

export const genresB: Genre[] = [
  {
    name: 'Animation',
    weight: 2,
    clauses: ['the drawings begin to talk back', 'a talking fox gives bad advice', 'the toys have a parliament'],
  },
  {
    name: 'Children',
    weight: 2,
    clauses: [
      'the grown-ups must never find out',
      'three cousins have a secret plan',
      'a very small dog saves the day',
    ],
  },
  {
    name: 'Comedy',
    weight: 6,
    clauses: ['every lie needs a bigger one', 'the in-laws arrive early', 'nothing goes to plan, loudly'],
  },
  {
    name: 'Documentary',
    weight: 1,
    clauses: [
      'the camera stays for a whole year',
      'the people involved tell it themselves',
      'the archives say otherwise',
    ],
  },
  {
    name: 'Drama',
    weight: 6,
    clauses: ['an old grief returns', 'a father and a daughter must learn to talk', 'forgiveness comes slowly'],
  },
  {
    name: 'Musical',
    weight: 1,
    clauses: ['the whole street bursts into song', 'the big number is tomorrow', 'they can only say it dancing'],
  },
  {
    name: 'Romance',
    weight: 5,
    clauses: ['the wrong person falls in love', 'the wedding is on Sunday', 'two hearts keep missing each other'],
  },
]
