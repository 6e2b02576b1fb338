/** Data sets, movies and cleaning reports that look like the real thing. Made by rule, so every test sees the same. */
import type { CleaningReport, Dataset, Movie } from '@contract'

export const genreNames = [
  'Action',
  'Adventure',
  'Animation',
  'Children',
  'Comedy',
  'Crime',
  'Documentary',
  'Drama',
  'Fantasy',
  'Film-Noir',
  'Horror',
  'Musical',
  'Mystery',
  'Romance',
  'Sci-Fi',
  'Thriller',
  'War',
  'Western',
]
const genreMovies = [1828, 1263, 611, 664, 3756, 1199, 440, 4361, 779, 87, 978, 334, 573, 1596, 980, 1894, 382, 167]

export const latestSmall: Dataset = {
  id: 'ds-latest-small',
  name: 'ml-latest-small',
  synthetic: false,
  format: 'MovieLens latest-small (CSV)',
  importedAt: Date.UTC(2026, 9, 3),
  users: 610,
  movies: 9742,
  ratings: 100836,
  tags: 3683,
  firstRatingAt: Date.UTC(1996, 2, 29),
  lastRatingAt: Date.UTC(2018, 8, 24),
  posters: 9318,
  plots: 9625,
  vectors: [{ name: 'audio', dim: 128, movies: 4871 }],
  bytes: 1_462_272,
  hash: '4c1f9a0be27d5530bb0f6c1a9be0ad6d2cb4f4a4e0a1d9d6a8b9a2f3c41e77d1',
  notes: '',
  parents: [],
  recipe: '',
  catalogues: [],
  standardised: 'none',
  genome: 0,
}
export const sample: Dataset = {
  id: 'ds-sample',
  name: 'Sample',
  synthetic: true,
  format: 'MovieLens latest-small (CSV)',
  importedAt: Date.UTC(2026, 10, 12),
  users: 400,
  movies: 1000,
  ratings: 31_244,
  tags: 812,
  firstRatingAt: Date.UTC(2015, 0, 4),
  lastRatingAt: Date.UTC(2020, 11, 30),
  posters: 962,
  plots: 941,
  vectors: [],
  bytes: 611_820,
  hash: '9a07d3e1f0b2447c8dd3e75aa1c3f6a2b5e8f9d1027364c5b8a9e0f1d2c3b4a5',
  notes: '',
  parents: [],
  recipe: '',
  catalogues: [],
  standardised: 'none',
  genome: 0,
}

export const report: CleaningReport = {
  rowsRead: 100_852,
  rowsKept: 100_836,
  findings: [
    {
      file: 'ratings.csv',
      reason: 'Duplicate rating of the same movie by the same user; the later one is kept',
      count: 12,
      treatment: 'removed',
      examples: [
        { line: 4021, text: '28,2571,4.0,1074123331' },
        { line: 4877, text: '33,1196,5.0,939654829' },
      ],
    },
    {
      file: 'ratings.csv',
      reason: 'Rating of a movie that movies.csv does not list',
      count: 4,
      treatment: 'removed',
      examples: [{ line: 90_112, text: '599,190209,3.5,1519342188' }],
    },
    {
      file: 'movies.csv',
      reason: 'Title without a year in brackets; the year is unknown',
      count: 13,
      treatment: 'kept',
      examples: [{ line: 6061, text: '40697,Babylon 5,Sci-Fi' }],
    },
    {
      file: 'movies.csv',
      reason: 'Two entries with the same title and year; both are kept',
      count: 5,
      treatment: 'kept',
      examples: [{ line: 5603, text: '26958,Emma (1996),Romance' }],
    },
  ],
  genres: genreNames.map((name, i) => ({ name, movies: genreMovies[i]! })),
  ratingHistogram: [1370, 2811, 1791, 7551, 5550, 20047, 13136, 26818, 8551, 13211].map((count, i) => ({
    rating: (i + 1) / 2,
    count,
  })),
}

const known: readonly [number, string, number, string][] = [
  [1, 'Toy Story', 1995, 'Adventure|Animation|Children|Comedy|Fantasy'],
  [50, 'The Usual Suspects', 1995, 'Crime|Mystery|Thriller'],
  [260, 'Star Wars: Episode IV - A New Hope', 1977, 'Action|Adventure|Sci-Fi'],
  [296, 'Pulp Fiction', 1994, 'Comedy|Crime|Drama|Thriller'],
  [318, 'The Shawshank Redemption', 1994, 'Crime|Drama'],
  [356, 'Forrest Gump', 1994, 'Comedy|Drama|Romance|War'],
  [480, 'Jurassic Park', 1993, 'Action|Adventure|Sci-Fi|Thriller'],
  [527, "Schindler's List", 1993, 'Drama|War'],
  [593, 'The Silence of the Lambs', 1991, 'Crime|Horror|Thriller'],
  [589, 'Terminator 2: Judgment Day', 1991, 'Action|Sci-Fi'],
  [858, 'The Godfather', 1972, 'Crime|Drama'],
  [1097, 'E.T. the Extra-Terrestrial', 1982, 'Children|Drama|Sci-Fi'],
  [1196, 'Star Wars: Episode V - The Empire Strikes Back', 1980, 'Action|Adventure|Sci-Fi'],
  [1265, 'Groundhog Day', 1993, 'Comedy|Fantasy|Romance'],
  [2028, 'Saving Private Ryan', 1998, 'Action|Drama|War'],
  [2571, 'The Matrix', 1999, 'Action|Sci-Fi|Thriller'],
  [2959, 'Fight Club', 1999, 'Action|Crime|Drama|Thriller'],
  [4306, 'Shrek', 2001, 'Adventure|Animation|Children|Comedy|Fantasy|Romance'],
  [4993, 'The Lord of the Rings: The Fellowship of the Ring', 2001, 'Adventure|Fantasy'],
  [5618, 'Spirited Away', 2001, 'Adventure|Animation|Fantasy'],
]

/** `total` movies: twenty known ones, then invented fillers. */
export function makeMovies(total: number): Movie[] {
  return Array.from({ length: total }, (_, i) => {
    const row = known[i]
    const movieId = row?.[0] ?? 10_000 + i * 7
    const first = genreNames[(i * 5) % genreNames.length]!
    const second = genreNames[(i * 7 + 3) % genreNames.length]!
    return {
      movieId,
      title:
        row?.[1] ??
        `The ${first === 'Film-Noir' ? 'Long' : first} of the ${['River', 'Harbour', 'Winter', 'Signal', 'Orchard'][i % 5]} ${i}`,
      year: row?.[2] ?? (i % 97 === 0 ? null : 1950 + ((i * 13) % 68)),
      genres: row?.[3].split('|') ?? (first === second ? [first] : [first, second].sort()),
      ratings: Math.max(1, Math.round(330 / (1 + i * 0.35))),
      meanRating: 2.6 + ((i * 37) % 19) / 10,
      hasPoster: i % 11 !== 10,
      plot:
        i % 13 === 12
          ? null
          : 'A stranger arrives in a small town and learns that everyone there is waiting for somebody else.',
    }
  })
}

/** A drawn stand-in for a poster: a data URL of an SVG in the colours of its number. */
export function makePoster(movieId: number): string {
  const hue = (movieId * 47) % 360
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="240"><rect width="160" height="240" fill="hsl(${hue} 35% 30%)"/>` +
    `<circle cx="${40 + (movieId % 80)}" cy="90" r="54" fill="hsl(${(hue + 60) % 360} 55% 58%)"/>` +
    `<rect y="190" width="160" height="50" fill="hsl(${hue} 30% 16%)"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
