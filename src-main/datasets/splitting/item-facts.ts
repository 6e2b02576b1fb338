/** What the data set says of each item, in the order of the items. Pure. */
import type { ItemFacts } from '../../learning/data.ts'
import type { MovieTable } from '../../workspace/dataset-file.ts'

/** @param itemToMovie [items] */
export function itemFacts(
  { genreNames, genres, year }: Pick<MovieTable, 'genreNames' | 'genres' | 'year'>,
  itemToMovie: Uint32Array,
): ItemFacts {
  return {
    genreNames: [...genreNames],
    genres: itemToMovie.map((movie) => genres[movie]!),
    year: Int16Array.from(itemToMovie, (movie) => year[movie]!),
  }
}
