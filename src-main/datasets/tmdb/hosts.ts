/** The two hosts that Crossreel may ever ask for posters, and how a test puts a stand-in on this machine in their place. */

export interface TmdbHosts {
  /** Origins, without a path. */
  api: string
  images: string
}

export const tmdbHosts: TmdbHosts = { api: 'https://api.themoviedb.org', images: 'https://image.tmdb.org' }

/**
 * @param override the environment's CROSSREEL_TMDB: an origin on this machine, for both
 * @throws Error when it is anywhere else: a key must not be sent to a host that somebody put into the environment
 */
export function hostsFrom(override: string | undefined): TmdbHosts {
  if (override === undefined || override === '') return tmdbHosts
  const url = URL.canParse(override) ? new URL(override) : null
  const loopback = url !== null && /^(127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  if (
    !loopback ||
    url.protocol !== 'http:' ||
    url.pathname !== '/' ||
    url.username !== '' ||
    url.search + url.hash !== ''
  )
    throw new Error(
      'CROSSREEL_TMDB is no address of this machine. It is for tests, as in http://127.0.0.1:8080; without it TMDB itself is asked.',
    )
  return { api: url.origin, images: url.origin }
}
